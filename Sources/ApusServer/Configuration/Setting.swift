/// One setting: its name in each source, what it means, and how a value gets into a `Configuration`.
package struct Setting: Sendable {
    /// Where a checked value goes. Enumerations go through their raw value.
    package enum Target: Sendable {
        case integer(any WritableKeyPath<Configuration, Int> & Sendable, ClosedRange<Int>)
        /// The check returns what is wrong as the end of a sentence ("is not …"), or nil.
        case text(any WritableKeyPath<Configuration, String> & Sendable, check: @Sendable (String) -> String?)
        case texts(any WritableKeyPath<Configuration, [String]> & Sendable, check: @Sendable (String) -> String?)
        case choice(
            [String], read: @Sendable (Configuration) -> String, write: @Sendable (inout Configuration, String) -> Void)
    }

    /// The name in a file: `functions.keep_alive_seconds` is the key `keep_alive_seconds` of the table `[functions]`.
    package var key: String
    /// One sentence for the reference and for `apus doctor`.
    package var meaning: String
    package var target: Target

    package init(_ key: String, _ target: Target, _ meaning: String) {
        self.key = key
        self.meaning = meaning
        self.target = target
    }

    /// A setting whose values are an enumeration's cases.
    package init<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, _ path: any WritableKeyPath<Configuration, Choice> & Sendable, _ meaning: String
    ) {
        self.init(
            key,
            .choice(
                Choice.allCases.map(\.rawValue), read: { $0[keyPath: path].rawValue },
                write: { configuration, text in
                    if let value = Choice(rawValue: text) { configuration[keyPath: path] = value }
                }),
            meaning)
    }

    /// The name in the environment: `APUS_FUNCTIONS_KEEP_ALIVE_SECONDS`.
    package var variable: String {
        "APUS_" + self.key.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// The flag that has this setting, where one has; every other setting is reached by `--set KEY=VALUE`.
    package var flag: String? {
        switch self.key {
        case "host", "port": "--" + self.key
        case "data_directory": "--data"
        case "accounts": "--account"
        case "log.level": "--log-level"
        case "tls.certificate": "--tls-certificate"
        case "tls.key": "--tls-key"
        default: nil
        }
    }

    /// The value a configuration has, as it would stand in a file without quotes.
    package func value(in configuration: Configuration) -> String {
        switch self.target {
        case .integer(let path, _): String(configuration[keyPath: path])
        case .text(let path, _): configuration[keyPath: path]
        case .texts(let path, _): configuration[keyPath: path].joined(separator: ",")
        case .choice(_, let read, _): read(configuration)
        }
    }

    /// What values are permitted, as the end of "must be …".
    package var permitted: String {
        switch self.target {
        case .integer(_, let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .text: "text"
        case .texts: "a list of texts"
        case .choice(let choices, _, _): "one of " + choices.joined(separator: ", ")
        }
    }
}
