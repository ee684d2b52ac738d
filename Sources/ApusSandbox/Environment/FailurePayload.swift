internal import ApusBase

/// What the caller gets when Lambda itself, not the function, reports a failure: `{"errorType":…,"errorMessage":…}`.
package enum FailurePayload {
    package static let exitError = "Runtime.ExitError"
    /// In REPORT lines and telemetry alone: the caller gets `exitError`.
    package static let outOfMemory = "Runtime.OutOfMemory"
    package static let timedOut = "Sandbox.Timedout"
    package static let tooLarge = "Function.ResponseSizeTooLarge"
    package static let truncated = "Runtime.TruncatedResponse"
    package static let invalidEntrypoint = "Runtime.InvalidEntrypoint"

    package static func timeout(requestID: String, timeoutSeconds: Int) -> [UInt8] {
        Self.object(
            type: Self.timedOut,
            message: "RequestId: \(requestID) Error: Task timed out after \(timeoutSeconds).00 seconds")
    }

    package static func exit(requestID: String, status: ExitStatus) -> [UInt8] {
        Self.object(type: Self.exitError, message: "RequestId: \(requestID) Error: \(Self.describe(status))")
    }

    /// The runtime broke off the response that it streamed.
    package static func truncatedResponse(requestID: String) -> [UInt8] {
        Self.object(type: Self.truncated, message: "RequestId: \(requestID) Error: Response was truncated")
    }

    /// What a runtime tells in the trailers of a response: its own JSON, or the type alone.
    package static func midstream(_ trailers: RuntimeRequest.Trailers) -> [UInt8] {
        let body = trailers.errorBody.flatMap { Base64.decode($0) }
        if let body, (try? JSONValue(parsing: body))?.objectValue != nil { return body }
        return Self.object(
            type: trailers.errorType ?? "Runtime.Unknown",
            message: "The function failed while it streamed its response.")
    }

    package static func extensionError(requestID: String?, type: String, name: String) -> [UInt8] {
        let prefix = requestID.map { "RequestId: \($0) " } ?? ""
        return Self.object(type: type, message: "\(prefix)Error: Extension \(name) failed: \(type)")
    }

    package static func streamTooLarge() -> [UInt8] {
        Self.object(
            type: Self.tooLarge,
            message:
                "Response payload size exceeded maximum allowed payload size (\(SandboxLimits.streamBytes) bytes).")
    }

    /// `bytes`: how long the response was, when the runtime said so.
    package static func responseTooLarge(bytes: Int?) -> [UInt8] {
        let size = bytes.map { " (\($0) bytes)" } ?? ""
        return Self.object(
            type: Self.tooLarge,
            message:
                "Response payload size\(size) exceeded maximum allowed payload size (\(SandboxLimits.payloadBytes) bytes)."
        )
    }

    /// The type is AWS's (https://github.com/openbridge/ob_bulkstash/issues/20); the sentence for a folder that is not there
    /// is ours.
    package static func workingDirectory(requestID: String, sentence: String) -> [UInt8] {
        Self.object(type: "Runtime.InvalidWorkingDir", message: "RequestId: \(requestID) Error: \(sentence)")
    }

    package static func entrypoint(requestID: String, sentence: String) -> [UInt8] {
        Self.object(type: Self.invalidEntrypoint, message: "RequestId: \(requestID) Error: \(sentence)")
    }

    package static func describe(_ status: ExitStatus) -> String {
        switch status {
        case .status(0): "Runtime exited without providing a reason"
        case .status(let code): "Runtime exited with error: exit status \(code)"
        case .signal(let number): "Runtime exited with error: signal: \(Self.signalName(number))"
        }
    }

    private static func signalName(_ number: Int32) -> String {
        switch number {
        case 1: "hangup"
        case 2: "interrupt"
        case 3: "quit"
        case 4: "illegal instruction"
        case 5: "trace/breakpoint trap"
        case 6: "aborted"
        case 7: "bus error"
        case 8: "floating point exception"
        case 9: "killed"
        case 11: "segmentation fault"
        case 13: "broken pipe"
        case 14: "alarm clock"
        case 15: "terminated"
        default: "signal \(number)"
        }
    }

    private static func object(type: String, message: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("errorType")
        writer.string(type)
        writer.key("errorMessage")
        writer.string(message)
        writer.endObject()
        return writer.bytes
    }
}
