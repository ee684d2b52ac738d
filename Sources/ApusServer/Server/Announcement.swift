/// What the commands print for people, apart from the log.
package enum Announcement {
    /// Printed when a server answers requests. The line `apus is ready at URL` is what scripts wait for.
    package static func text(_ ready: ServerReady, configuration: Configuration, mode: ServerMode) -> String {
        var lines = ["apus is ready at \(ready.endpoint)"]
        if let key = ready.newRootKey { lines += ["", self.text(key)] }
        lines += ready.functions
        switch mode {
        case .dev:
            var reached = configuration
            reached.host = ready.host
            reached.port = ready.port
            lines += ["", ClientEnvironment.dev(reached).exports]
        case .serve:
            let (name, value) = ClientEnvironment.withoutHostPrefixes
            lines += ["", "export AWS_ENDPOINT_URL=\(ready.endpoint)", "export \(name)=\(value)"]
            lines.append("export AWS_REGION=\(configuration.region)")
        }
        return lines.joined(separator: "\n")
    }

    /// Shows a root key that nobody has seen yet.
    package static func text(_ key: RootKey) -> String {
        """
        The root key of account \(key.account), shown once; keep it where you keep passwords:
          access key id      \(key.accessKeyID)
          secret access key  \(key.secretAccessKey)
        """
    }
}
