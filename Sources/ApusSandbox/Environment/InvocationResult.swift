internal import ApusBase

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
        case .streamed:
            self.payload = []
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

    /// What it says of the initialisation within which the invocation ended.
    func initStatus(_ ending: EnvironmentMachine.Ending) -> PlatformLines.Status {
        guard case .reported(let payload) = ending else { return self.status }
        return .error(type: (try? JSONValue(parsing: payload))?["errorType"]?.stringValue ?? "Runtime.Unknown")
    }
}
