/// Why a server did not start.
package enum HTTPServerError: Error, Sendable, CustomStringConvertible {
    case alreadyStarted
    /// The certificate or its key cannot be used.
    case certificate(reason: String)
    case cannotListen(on: HTTPServerConfiguration.Listener, reason: String)

    package var description: String {
        switch self {
        case .alreadyStarted: "The HTTP server was started before; make a new one."
        case .certificate(let reason): "TLS cannot be set up: \(reason)."
        case .cannotListen(.tcp(let host, let port), let reason):
            "Cannot listen on \(host):\(port): \(reason). Stop what uses the port, or choose another one (0 takes a free one)."
        case .cannotListen(.inherited(let descriptor), let reason):
            "Cannot listen on the socket that was handed over as descriptor \(descriptor): \(reason)."
        case .cannotListen(.unixSocket(let path), let reason): "Cannot listen on the socket \(path): \(reason)."
        }
    }
}
