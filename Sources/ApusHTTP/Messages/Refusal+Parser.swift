internal import NIOHTTP1

extension Refusal {
    /// The answer to what the parser refused; nil where the peer is gone or past its last request.
    init?(_ error: HTTPParserError) {
        switch error {
        case .closedConnection, .invalidEOFState: return nil
        case .headerOverflow: self = .headerTooLarge
        case .invalidVersion: self = .unsupportedVersion
        case .invalidMethod: self = .malformed("unknown method")
        case .invalidURL: self = .malformed("invalid request target")
        case .invalidHeaderToken: self = .malformed("invalid header field")
        case .invalidContentLength, .unexpectedContentLength: self = .malformed("invalid Content-Length")
        case .invalidChunkSize: self = .malformed("invalid chunk")
        default: self = .malformed("it does not follow HTTP/1.1")
        }
    }
}
