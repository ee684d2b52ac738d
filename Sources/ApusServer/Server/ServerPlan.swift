/// What the command line asks of the composition root.
package struct ServerPlan: Sendable {
    /// Checked and final: for `dev`, the host is a loopback one.
    package var configuration: Configuration
    package var mode: ServerMode
    /// Called once, when the port answers requests. Prints what a person needs; must not block.
    package var whenReady: @Sendable (ServerReady) -> Void
    /// Tells when the server is to stop; it then finishes what is running within its grace time.
    package var requests: ServerRequests
    /// Sockets to listen on instead of the configuration's address. The server closes them.
    package var sockets = InheritedSockets.none
    package var notifier: ServiceNotifier = .silent
    /// nil where the program cannot be replaced.
    package var replacement: ProgramReplacement?
    /// Folders that are made functions of, full paths. In `dev` only.
    package var functions: [String] = []
    /// Sentences about the settings for the log.
    package var notices: [String] = []
    /// The server's own variables, which init scripts get.
    package var variables: [String: String] = [:]

    package init(
        configuration: Configuration, mode: ServerMode, whenReady: @escaping @Sendable (ServerReady) -> Void,
        requests: ServerRequests
    ) {
        self.configuration = configuration
        self.mode = mode
        self.whenReady = whenReady
        self.requests = requests
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
    /// A line about each function that was made of a folder.
    package var functions: [String]

    package init(
        host: String, port: Int, transport: Transport = .plain, newRootKey: RootKey? = nil, functions: [String] = []
    ) {
        self.host = host
        self.port = port
        self.transport = transport
        self.newRootKey = newRootKey
        self.functions = functions
    }

    /// The endpoint as clients are given it: where a server listens on all addresses, by the loopback one.
    package var endpoint: String {
        let host =
            switch self.host {
            case "0.0.0.0": "127.0.0.1"
            case "::": "[::1]"
            default: self.host.contains(":") ? "[\(self.host)]" : self.host
            }
        return "\(self.transport.rawValue)://\(host):\(self.port)"
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
