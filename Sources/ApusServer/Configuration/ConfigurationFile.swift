internal import ApusBase

extension ConfigurationSources.File {
    /// Reads the settings file at `path`.
    package init(reading path: String) throws(ConfigurationError) {
        do throws(FileError) {
            self.init(path: path, bytes: try Files.readAll(path))
        } catch {
            throw ConfigurationError(["The settings file: \(error)."])
        }
    }
}
