internal import ApusBase
internal import ApusService

/// The Extensions API's answers as bytes of HTTP/1.1.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-extensions-registration-api-reg
enum ExtensionReply {
    static func registered(_ identifier: String, _ spec: EnvironmentSpec, tellsAccount: Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("functionName")
        writer.string(spec.functionName)
        writer.key("functionVersion")
        writer.string(spec.version)
        writer.key("handler")
        writer.string(spec.handler)
        if tellsAccount {
            writer.key("accountId")
            writer.string(spec.account)
        }
        writer.endObject()
        return self.answer("200 OK", "Lambda-Extension-Identifier: \(identifier)\r\n", writer.bytes)
    }

    static let accepted: [UInt8] = Self.answer("202 Accepted", "", Array("{\"status\":\"OK\"}\n".utf8))
    static let subscribed: [UInt8] = Self.answer("200 OK", "", Array("\"OK\"".utf8))

    /// An event: the answer of `/event/next`.
    static func invoke(_ request: InvocationRequest, deadline: Timestamp, identifier: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("eventType")
        writer.literal("INVOKE")
        writer.key("deadlineMs")
        writer.int(deadline.milliseconds)
        writer.key("requestId")
        writer.string(request.requestID)
        writer.key("invokedFunctionArn")
        writer.string(request.invokedFunctionARN)
        if let traceID = request.traceID {
            writer.key("tracing")
            writer.beginObject()
            writer.key("type")
            writer.literal("X-Amzn-Trace-Id")
            writer.key("value")
            writer.string(traceID)
            writer.endObject()
        }
        writer.endObject()
        return self.event(writer.bytes, identifier)
    }

    static func shutdown(
        _ reason: EnvironmentMachine.ShutdownReason, deadline: Timestamp, identifier: String
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("eventType")
        writer.literal("SHUTDOWN")
        writer.key("shutdownReason")
        writer.string(reason.rawValue)
        writer.key("deadlineMs")
        writer.int(deadline.milliseconds)
        writer.endObject()
        return self.event(writer.bytes, identifier)
    }

    private static func event(_ body: [UInt8], _ identifier: String) -> [UInt8] {
        self.answer("200 OK", "Lambda-Extension-Event-Identifier: \(identifier)\r\n", body)
    }

    static func refusal(_ refusal: ExtensionRegistry.Refusal) -> [UInt8] {
        switch refusal {
        case .unknownIdentifier:
            self.error("403 Forbidden", "Extension.UnknownExtensionIdentifier", "Unknown extension identifier")
        case .tooMany:
            self.error(
                "403 Forbidden", "Extension.TooManyExtensions",
                "Extension limit (\(ExtensionRegistry.limit)) reached")
        case .registered:
            self.error("403 Forbidden", "Extension.AlreadyRegistered", "An extension of this name has registered")
        case .initialisationIsOver:
            self.error(
                "403 Forbidden", "Extension.RegistrationClosed", "Extensions register while the environment initialises"
            )
        case .shutdownOfInternal:
            self.error(
                "400 Bad Request", "ShutdownEventNotSupportedForInternalExtension",
                "Internal extensions cannot register for the SHUTDOWN event")
        case .waiting:
            self.error("403 Forbidden", "Extension.InvalidExtensionState", "The extension waits for an event already")
        }
    }

    static func malformed(_ message: String) -> [UInt8] {
        self.error("400 Bad Request", "Extension.InvalidRequest", message)
    }

    /// A subscription that is refused.
    static func invalid(_ message: String, _ api: TelemetrySubscription.API) -> [UInt8] {
        self.error("400 Bad Request", api == .logs ? "Logs.ValidationError" : "ValidationError", message)
    }

    static func error(_ status: String, _ type: String, _ message: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("errorMessage")
        writer.string(message)
        writer.key("errorType")
        writer.string(type)
        writer.endObject()
        return self.answer(status, "", writer.bytes)
    }

    private static func answer(_ status: String, _ fields: String, _ body: [UInt8]) -> [UInt8] {
        Array(
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(fields)Content-Length: \(body.count)\r\n\r\n"
                .utf8)
            + body
    }
}
