internal import ApusWire

/// Why the front door itself answers a request, before any service sees it. All but `unanswered` end the connection.
enum Refusal: Error, Equatable {
    case malformed(StaticString)
    case bodyTooLarge(limit: Int)
    case targetTooLong(limit: Int)
    case headerTooLarge
    case unsupportedTransferCoding
    case unsupportedExpectation
    case unsupportedVersion
    /// A version of WebSocket that we do not speak.
    case unsupportedWebSocketVersion
    case tooSlow
    case tooManyConnections
    /// The peer speaks plain HTTP where it may not.
    case plainHTTP
    /// Bodies of all connections fill the memory that they may have.
    case tooManyBodies
    /// A handler let go of a request without an answer: a bug on our side.
    case unanswered

    static func == (left: Refusal, right: Refusal) -> Bool { left.code == right.code && left.status == right.status }

    var status: Int {
        switch self {
        case .malformed, .plainHTTP: 400
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .headerTooLarge: 431
        case .unsupportedTransferCoding: 501
        case .unsupportedExpectation: 417
        case .unsupportedVersion: 505
        case .unsupportedWebSocketVersion: 426
        case .tooSlow: 408
        case .tooManyConnections, .tooManyBodies: 503
        case .unanswered: 500
        }
    }

    /// The error code: Amazon S3's own where it has one (its error list is the only one of AWS that covers HTTP itself).
    var code: String {
        switch self {
        case .malformed: "BadRequest"
        case .bodyTooLarge: "RequestEntityTooLarge"
        case .targetTooLong: "RequestURITooLong"
        case .headerTooLarge: "RequestHeaderSectionTooLarge"
        case .unsupportedTransferCoding: "NotImplemented"
        case .unsupportedExpectation: "ExpectationFailed"
        case .unsupportedVersion: "HTTPVersionNotSupported"
        case .unsupportedWebSocketVersion: "UpgradeRequired"
        case .tooSlow: "RequestTimeout"
        case .tooManyConnections: "ServiceUnavailable"
        case .plainHTTP: "InvalidRequest"
        case .tooManyBodies: "SlowDown"
        case .unanswered: "InternalFailure"
        }
    }

    var message: String {
        switch self {
        case .malformed(let reason): "The HTTP request is malformed: \(reason)."
        case .bodyTooLarge(let limit): "The request body exceeds the maximum of \(limit) bytes."
        case .targetTooLong(let limit): "The request URI exceeds the maximum of \(limit) bytes."
        case .headerTooLarge:
            "Your request header and query parameters used to make the request exceed the maximum allowed size."
        case .unsupportedTransferCoding:
            "A header you provided implies functionality that is not implemented: Transfer-Encoding."
        case .unsupportedExpectation: "The server cannot meet the Expect header of the request."
        case .unsupportedWebSocketVersion: "The WebSocket version of the request is not supported; 13 is."
        case .unsupportedVersion: "The HTTP version of the request is not supported."
        case .tooSlow:
            "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed."
        case .tooManyConnections: "Too many connections are open. Please reduce your request rate."
        case .plainHTTP: "This server takes requests over TLS only. Use https."
        case .tooManyBodies: "Please reduce your request rate."
        case .unanswered: "The request processing has failed because of an unknown error, exception or failure."
        }
    }

    /// The answer in the form that the client's protocol reads errors in, as far as `fields` tell which that is.
    func response(to fields: HTTPFields) -> HTTPResponse {
        let form = RefusalForm(fields)
        let errorType: String = self.status < 500 ? "Sender" : "Receiver"
        var headers = HTTPFields()
        headers.add("x-amzn-errortype", self.code)
        headers.add("content-type", form.contentType)
        // RFC 6455 §4.4.
        if self == .unsupportedWebSocketVersion { headers.add("sec-websocket-version", "13") }
        let text: String =
            switch form {
            case .json: #"{"__type":"\#(self.code)","message":"\#(self.message)"}"#
            case .query:
                "<ErrorResponse><Error><Type>\(errorType)</Type><Code>\(self.code)</Code><Message>\(self.message)</Message></Error></ErrorResponse>"
            case .xml: "<Error><Code>\(self.code)</Code><Message>\(self.message)</Message></Error>"
            }
        return HTTPResponse(status: self.status, headers: headers, body: Array(text.utf8))
    }
}

/// The three shapes in which AWS protocols write errors.
private enum RefusalForm {
    case json, query, xml

    /// JSON services name themselves by target or content type, Query ones by the form's; all else (S3, a bare GET) reads XML.
    init(_ fields: HTTPFields) {
        let type: String = fields["content-type"] ?? ""
        if fields["x-amz-target"] != nil || type.hasPrefix("application/x-amz-json")
            || type.hasPrefix("application/json")
        {
            self = .json
        } else if type.hasPrefix("application/x-www-form-urlencoded") {
            self = .query
        } else {
            self = .xml
        }
    }

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .query, .xml: "text/xml"
        }
    }
}
