package import ApusBase
package import ApusService

/// The Runtime API's answers as bytes of HTTP/1.1.
package enum RuntimeReply {
    /// 202 `{"status":"OK"}`: a response or an error was taken.
    package static let accepted: [UInt8] = Self.json(202, "Accepted", "{\"status\":\"OK\"}\n")
    package static let continued: [UInt8] = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    package static let invalidRequestID: [UInt8] = Self.error(
        400, "Bad Request", type: "InvalidRequestID", message: "Invalid request ID")
    package static let tooLarge: [UInt8] = Self.error(
        413, "Request Entity Too Large", type: "RequestEntityTooLarge",
        message: "Exceeded maximum allowed payload size (\(SandboxLimits.payloadBytes) bytes).")
    package static let notFound: [UInt8] = Self.plain(404, "Not Found", "404 page not found\n")
    package static let methodNotAllowed: [UInt8] = Self.plain(405, "Method Not Allowed", "")
    package static let malformed: [UInt8] = Self.plain(400, "Bad Request", "400 Bad Request", close: true)

    /// Ours, to a poll of a runtime that has said it can (`Apus-Gives-Back`): give memory back, and poll again. It has no request
    /// id, by which the runtime knows an event.
    package static let giveBack: [UInt8] = Array("HTTP/1.1 204 No Content\r\nApus-Give-Back: memory\r\n\r\n".utf8)

    /// The runtime asked for something that does not fit its state, such as a second response.
    package static func invalidStateTransition(_ what: StaticString) -> [UInt8] {
        Self.error(
            403, "Forbidden", type: "InvalidStateTransition",
            message: "State transition is not allowed for runtime: \(what)")
    }

    package static func refusal(_ refusal: EnvironmentMachine.Refusal) -> [UInt8] {
        switch refusal {
        case .invalidRequestID: Self.invalidRequestID
        case .invalidStateTransition: Self.invalidStateTransition("the invocation has been answered already")
        }
    }

    /// The head of the answer of `/invocation/next`; the payload follows it.
    package static func eventHead(_ request: InvocationRequest, deadline: Timestamp) -> String {
        var head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: "
        head += request.requestID
        head += "\r\nLambda-Runtime-Deadline-Ms: "
        head += String(deadline.milliseconds)
        Self.append("\r\nLambda-Runtime-Invoked-Function-Arn: ", request.invokedFunctionARN, to: &head)
        if let traceID = request.traceID { Self.append("\r\nLambda-Runtime-Trace-Id: ", traceID, to: &head) }
        if let context = request.clientContext {
            Self.append("\r\nLambda-Runtime-Client-Context: ", context, to: &head)
        }
        if let identity = request.cognitoIdentity {
            Self.append("\r\nLambda-Runtime-Cognito-Identity: ", identity, to: &head)
        }
        if let tenant = request.tenant { Self.append("\r\nLambda-Runtime-Aws-Tenant-Id: ", tenant.id, to: &head) }
        head += "\r\nContent-Length: "
        head += String(request.payload.count)
        head += "\r\n\r\n"
        return head
    }

    /// Values come from callers: a line break in one (JSON may have them) must not become a header of its own.
    private static func append(_ name: String, _ value: String, to head: inout String) {
        head += name
        if value.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
            head += String(decoding: value.utf8.map { $0 < 32 || $0 == 127 ? 32 : $0 }, as: UTF8.self)
        } else {
            head += value
        }
    }

    private static func error(_ status: Int, _ reason: String, type: String, message: String) -> [UInt8] {
        Self.json(status, reason, "{\"errorMessage\":\"\(message)\",\"errorType\":\"\(type)\"}\n")
    }

    private static func json(_ status: Int, _ reason: String, _ body: String) -> [UInt8] {
        Array(
            """
            HTTP/1.1 \(status) \(reason)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
            """.utf8)
    }

    private static func plain(_ status: Int, _ reason: String, _ body: String, close: Bool = false) -> [UInt8] {
        let connection = close ? "Connection: close\r\n" : ""
        return Array(
            """
            HTTP/1.1 \(status) \(reason)\r\nContent-Type: text/plain\r\n\(connection)Content-Length: \(body.utf8.count)\r\n\r\n\(body)
            """.utf8)
    }
}
