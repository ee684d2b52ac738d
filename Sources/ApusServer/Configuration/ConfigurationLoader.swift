/// Settings with what each came from.
package struct LoadedConfiguration: Sendable, Equatable {
    package var configuration: Configuration
    /// The source of each setting that is not a default, by key: a file with line, a variable, a flag.
    package var origins: [String: String]
    /// Sentences for the log: variables that have no effect.
    package var notices: [String] = []
}

/// Puts the sources together. Every unknown name and every value out of range is reported, not only the first.
package struct ConfigurationLoader {
    /// Variables that begin like settings and are none.
    ///
    /// `APUS_CONFIG` names the settings file. Names that begin with `APUS_TEST_` belong to test programs that start a server.
    package static let fileVariable = "APUS_CONFIG"
    private static let foreignPrefix = "APUS_TEST_"

    private var loaded = LoadedConfiguration(configuration: Configuration(), origins: [:])
    private var problems: [String] = []

    /// The configuration that `sources` give. Throws where anything in them is wrong; nothing is guessed.
    package static func load(_ sources: ConfigurationSources) throws(ConfigurationError) -> LoadedConfiguration {
        var loader = ConfigurationLoader()
        if let file = sources.file { loader.take(file) }
        if sources.foreignNames == .localStack { loader.takeLocalStack(sources.variables) }
        loader.take(variables: sources.variables)
        for flag in sources.flags { loader.take(flag) }
        guard loader.problems.isEmpty else { throw ConfigurationError(loader.problems) }
        return loader.loaded
    }

    private mutating func take(_ file: ConfigurationSources.File) {
        let entries: [TOMLEntry]
        do throws(TOMLError) {
            entries = try TOMLReader.entries(of: file.bytes)
        } catch {
            self.problems.append("\(file.path), line \(error.line): \(error.reason).")
            return
        }
        for entry in entries {
            let place = "\(file.path), line \(entry.line)"
            guard let setting = Setting.named(entry.key) else {
                self.unknown("setting", entry.key, among: Setting.all.map(\.key), place: place)
                continue
            }
            self.note(setting, setting.apply(entry.value, to: &self.loaded.configuration), place: place)
        }
    }

    private mutating func takeLocalStack(_ variables: [String: String]) {
        let reading = LocalStackVariable.read(variables)
        for found in reading.settings {
            guard let setting = Setting.named(found.key) else { continue }
            self.note(setting, setting.apply(text: found.text, to: &self.loaded.configuration), place: found.variable)
        }
        self.problems += reading.refusals
        self.loaded.notices += reading.notices
    }

    private mutating func take(variables: [String: String]) {
        for (name, text) in variables.sorted(by: { $0.key < $1.key }) where name.hasPrefix("APUS_") {
            if name == Self.fileVariable || name.hasPrefix(Self.foreignPrefix) { continue }
            let place = "the environment"
            guard let setting = Setting.all.first(where: { $0.variable == name }) else {
                self.unknown("variable", name, among: Setting.all.map(\.variable) + [Self.fileVariable], place: place)
                continue
            }
            self.note(setting, setting.apply(text: text, to: &self.loaded.configuration), place: name)
        }
    }

    private mutating func take(_ flag: ConfigurationSources.Flag) {
        guard let setting = Setting.named(flag.key) else {
            self.unknown("setting", flag.key, among: Setting.all.map(\.key), place: flag.name)
            return
        }
        self.note(setting, setting.apply(text: flag.text, to: &self.loaded.configuration), place: flag.name)
    }

    private mutating func note(_ setting: Setting, _ problem: String?, place: String) {
        if let problem {
            self.problems.append("\(place): \(problem)")
        } else {
            self.loaded.origins[setting.key] = place
        }
    }

    private mutating func unknown(_ kind: String, _ name: String, among names: [String], place: String) {
        let nearest = NearestName.of(name, among: names)
        let suggestion =
            nearest.map { "Did you mean \($0)?" } ?? "docs/configuration.md lists what there is."
        self.problems.append("\(place): there is no \(kind) \(name). \(suggestion)")
    }
}
