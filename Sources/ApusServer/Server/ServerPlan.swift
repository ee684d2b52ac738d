/// What the command line asks of the composition root.
package struct ServerPlan: Sendable {
    /// Checked and final: for `dev`, the host is a loopback one.
    package var configuration: Configuration
    package var mode: ServerMode
    /// Called once, when the port answers requests. Prints what a person needs; must not block.
    package var whenReady: @Sendable (ServerReady) -> Void
    /// Returns when the server is to stop; the server then finishes what is running within its grace time.
    package var untilStopped: @Sendable () async -> Void

    package init(
        configuration: Configuration, mode: ServerMode, whenReady: @escaping @Sendable (ServerReady) -> Void,
        untilStopped: @escaping @Sendable () async -> Void
    ) {
        self.configuration = configuration
        self.mode = mode
        self.whenReady = whenReady
        self.untilStopped = untilStopped
    }
}

/// What a server tells once it answers requests.
package struct ServerReady: Sendable {
    /// The address it listens on.
    package var host: String
    /// The port it listens on, also where 0 was asked for.
    package var port: Int
    package var transport: Transport
    /// The root key that this start made: its secret is known to nobody else and is shown only now.
    package var newRootKey: RootKey?

    package init(host: String, port: Int, transport: Transport = .plain, newRootKey: RootKey? = nil) {
        self.host = host
        self.port = port
        self.transport = transport
        self.newRootKey = newRootKey
    }

    /// The endpoint as clients are given it.
    package var endpoint: String {
        "\(self.transport.rawValue)://\(self.host.contains(":") ? "[\(self.host)]" : self.host):\(self.port)"
    }
}

/// What clients speak with a server, as the scheme of its endpoint.
package enum Transport: String, Sendable {
    case plain = "http"
    case tls = "https"

    /// What a server with these settings tells its clients to speak.
    package init(_ settings: Configuration.TLS) { self = settings.isConfigured ? .tls : .plain }
}

/// An account's root access key.
package struct RootKey: Sendable {
    package var account: String
    package var accessKeyID: String
    package var secretAccessKey: String

    package init(account: String, accessKeyID: String, secretAccessKey: String) {
        self.account = account
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
    }
}
