/// What an ending of an invocation means for its caller and its REPORT line.
struct InvocationResult {
    var payload: [UInt8]
    var isError: Bool
    var status: PlatformLines.Status

    init(_ ending: EnvironmentMachine.Ending, requestID: String, timeoutSeconds: Int) {
        self.isError = true
        switch ending {
        case .answered(let bytes):
            self.payload = bytes
            self.isError = false
            self.status = .success
        case .reported(let bytes):
            self.payload = bytes
            self.status = .success
        case .responseTooLarge(let bytes):
            self.payload = FailurePayload.responseTooLarge(bytes: bytes)
            self.status = .success
        case .timedOut:
            self.payload = FailurePayload.timeout(requestID: requestID, timeoutSeconds: timeoutSeconds)
            self.status = .timeout
        case .exited(let status):
            self.payload = FailurePayload.exit(requestID: requestID, status: status)
            self.status = .error(type: FailurePayload.exitError)
        }
    }
}
