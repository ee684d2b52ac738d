package import ApusWire

/// Everything an `HTTPServer` can be told. A value: changing it after the server was made has no effect.
package struct HTTPServerConfiguration: Sendable {
    /// A place where connections come in.
    package enum Listener: Sendable, Hashable {
        /// `port` 0 takes a free one; `BoundAddress` says which.
        case tcp(host: String, port: Int)
        /// A stale socket file at `path` is replaced.
        case unixSocket(path: String)
        /// A socket that listens already, handed to this process; the server closes it when it stops. `ListeningSocket`
        /// says whether a descriptor is one.
        case inherited(descriptor: Int32)
    }

    package var listeners: [Listener]
    /// Threads that serve connections; at least 1.
    package var eventLoopCount: Int
    package var limits: HTTPLimits
    package var timeouts: HTTPTimeouts
    /// Nil: no TLS.
    package var tls: TLSSettings?
    /// Told on a thread of its own what became of a changed certificate.
    package var tlsReloaded: @Sendable (TLSReload) -> Void = { _ in }
    /// Who takes WebSockets; nil: offers to become one are overlooked, and answered as plain requests.
    package var webSockets: (any WebSocketAcceptor)?

    package init(
        listeners: [Listener] = [.tcp(host: "127.0.0.1", port: 4566)], eventLoopCount: Int = 1,
        limits: HTTPLimits = HTTPLimits(), timeouts: HTTPTimeouts = HTTPTimeouts()
    ) {
        precondition(eventLoopCount >= 1, "A server needs at least one event loop.")
        self.listeners = listeners
        self.eventLoopCount = eventLoopCount
        self.limits = limits
        self.timeouts = timeouts
    }

    /// One TCP listener, the usual case.
    package init(host: String, port: Int, eventLoopCount: Int = 1) {
        self.init(listeners: [.tcp(host: host, port: port)], eventLoopCount: eventLoopCount)
    }
}

/// Where a listener came to lie.
package enum BoundAddress: Sendable, Hashable {
    case tcp(host: String, port: Int)
    case unixSocket(path: String)

    /// The TCP port; nil for a Unix socket.
    package var port: Int? {
        if case .tcp(_, let port) = self { port } else { nil }
    }
}
