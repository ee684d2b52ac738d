import ApusServer
import ArgumentParser

/// The flags that every command has which reads settings.
struct SettingOptions: ParsableArguments {
    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The TCP port; 0 takes a free one.")
    var port: String?

    @Option(help: ArgumentHelp("Where everything lies that must outlive the process.", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "An account of 12 digits that dev makes the root key ID/test for; may be given several times.",
            valueName: "id"))
    var account: [String] = []

    @Option(help: ArgumentHelp("A file of settings in TOML; APUS_CONFIG names one too.", valueName: "file"))
    var config: String?

    @Option(help: "The least severe log lines: trace, debug, info, notice, warning, error, critical.")
    var logLevel: String?

    @Option(help: ArgumentHelp("The server's certificate chain in PEM form, for TLS.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key in PEM form.", valueName: "file"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("Any other setting (docs/configuration.md).", valueName: "key=value"))
    var set: [String] = []

    /// The settings of all sources. Exits with a sentence for each problem where there is one.
    func load(_ foreignNames: ConfigurationSources.ForeignNames = .none) throws -> LoadedConfiguration {
        let variables = ProcessEnvironment.variables
        var sources = ConfigurationSources(
            variables: variables, flags: try self.flags(), foreignNames: foreignNames)
        let path = self.config ?? variables[ConfigurationLoader.fileVariable]
        do {
            if let path { sources.file = try ConfigurationSources.File(reading: path) }
            return try ConfigurationLoader.load(sources)
        } catch {
            throw Failure.show(error.description, code: ServerFailure.Kind.configuration.rawValue)
        }
    }

    private func flags() throws -> [ConfigurationSources.Flag] {
        var flags: [ConfigurationSources.Flag] = []
        for assignment in self.set {
            guard let equals = assignment.firstIndex(of: "=") else {
                throw ValidationError("--set \(assignment) lacks its =; write --set KEY=VALUE.")
            }
            flags.append(
                .init(
                    name: "--set", key: String(assignment[..<equals]),
                    text: String(assignment[assignment.index(after: equals)...])))
        }
        let own: [(key: String, text: String?)] = [
            ("host", self.host), ("port", self.port), ("data_directory", self.data),
            ("accounts", self.account.isEmpty ? nil : self.account.joined(separator: ",")),
            ("log.level", self.logLevel), ("tls.certificate", self.tlsCertificate), ("tls.key", self.tlsKey),
        ]
        for (key, text) in own {
            guard let text, let flag = Setting.named(key)?.flag else { continue }
            flags.append(.init(name: flag, key: key, text: text))
        }
        return flags
    }
}
