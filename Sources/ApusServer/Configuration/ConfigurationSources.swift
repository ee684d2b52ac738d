/// Where settings come from besides the defaults, each overriding the one before: file, variables, flags.
package struct ConfigurationSources: Sendable {
    /// A settings file that was read already.
    package struct File: Sendable {
        package var path: String
        package var bytes: [UInt8]
        package init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// A setting given on the command line: by a flag of its own, or by `--set key=value`.
    package struct Flag: Sendable, Equatable {
        /// As typed, for messages: `--port` or `--set`.
        package var name: String
        package var key: String
        /// A list has its elements separated by commas.
        package var text: String
        package init(name: String, key: String, text: String) {
            self.name = name
            self.key = key
            self.text = text
        }
    }

    /// Whether variables that configure LocalStack are read: by a server for development, never by one for real work.
    package enum ForeignNames: Sendable { case localStack, none }

    package var file: File?
    /// The whole environment; names without `APUS_` are ignored, but for `foreignNames`.
    package var variables: [String: String]
    package var flags: [Flag]
    package var foreignNames: ForeignNames

    package init(
        file: File? = nil, variables: [String: String] = [:], flags: [Flag] = [], foreignNames: ForeignNames = .none
    ) {
        self.file = file
        self.foreignNames = foreignNames
        self.variables = variables
        self.flags = flags
    }
}
