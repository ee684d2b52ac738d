/// The variables that make an unmodified AWS client talk to a server.
package struct ClientEnvironment: Sendable, Equatable {
    package var endpoint: String
    package var accessKeyID: String
    package var secretAccessKey: String
    package var region: String

    package init(endpoint: String, accessKeyID: String, secretAccessKey: String, region: String) {
        self.endpoint = endpoint
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.region = region
    }

    /// Those of a dev server with these settings, as the root of its first account.
    package static func dev(_ configuration: Configuration) -> ClientEnvironment {
        ClientEnvironment(
            endpoint: ServerReady(
                host: configuration.host, port: configuration.port, transport: Transport(configuration.tls)
            ).endpoint,
            accessKeyID: "test", secretAccessKey: "test", region: configuration.region)
    }

    /// Some operations of AWS have hosts of their own, whose names clients make by a prefix: `stream-127.0.0.1` is none.
    static let withoutHostPrefixes = ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true")

    /// Lines that a POSIX shell evaluates.
    package var exports: String {
        [
            ("AWS_ENDPOINT_URL", self.endpoint), ("AWS_ACCESS_KEY_ID", self.accessKeyID),
            ("AWS_SECRET_ACCESS_KEY", self.secretAccessKey), Self.withoutHostPrefixes,
            ("AWS_DEFAULT_REGION", self.region),
            ("AWS_REGION", self.region),
        ].map { "export \($0.0)=\($0.1)" }.joined(separator: "\n")
    }
}
