internal import ApusService
internal import Glibc

/// What the runner knows after looking around once: interpreters, files, rights. Blocking; made on the preparing thread.
struct RunnerSetup: Sendable {
    let catalog: RuntimeCatalog
    /// Where the bootstraps are.
    let folder: String
    let preparation: SlotPreparation
    /// Whether functions run as users of their own.
    let hasUsers: Bool

    init(configuration: SandboxConfiguration) throws(StartFailureError) {
        let libraries = configuration.pythonLibraries
        if let libraries { try Self.check(libraries: libraries) }
        let directory = configuration.directory + "/runtimes"
        guard let folder = RuntimeFiles.install(into: directory, pythonLibraries: libraries) else {
            throw StartFailureError(
                sentence:
                    "the runtime files could not be written below \(configuration.directory): \(ErrorText.describe(errno))"
            )
        }
        self.folder = folder
        var configured: [String: RuntimeCatalog.Choice] = [:]
        for (name, path) in configuration.interpreters {
            guard case .supported(let runtime) = RuntimeIdentifier.recognise(name) else {
                throw StartFailureError(
                    sentence: "functions.runtimes names \(name), which is no runtime of Lambda's today")
            }
            guard let choice = InterpreterSearch.choice(runtime, path: path) else {
                throw StartFailureError(
                    sentence:
                        "functions.runtimes names \(path) for \(name), which is no program that every user can run")
            }
            configured[name] = choice
        }
        self.catalog = RuntimeCatalog(
            interpreters: InterpreterSearch.run(), configured: configured, substitution: configuration.substitution)
        for interpreter in Set(self.catalog.interpreters + configured.values.compactMap(\.interpreter)) {
            RuntimeFiles.compile(folder: folder, for: interpreter)
        }
        self.preparation = SlotPreparation(configuration: configuration)
        self.hasUsers = geteuid() == 0 && configuration.users == .whenPermitted
    }

    /// Functions have users of their own where the server is root.
    private static func check(libraries: String) throws(StartFailureError) {
        let place = "functions.python_libraries names \(libraries)"
        guard ControlFiles.exists("\(libraries)/.") else {
            throw StartFailureError(sentence: "\(place), which is no folder")
        }
        if geteuid() == 0, let closed = ReachableDirectory.firstClosed(parentsOf: "\(libraries)/-") {
            throw StartFailureError(sentence: "\(place), but users that functions run as cannot pass \(closed)")
        }
    }

    /// What is in force on this machine, for `apus doctor`.
    var findings: [String] {
        ["isolation: \(Isolation.process.rawValue)"] + self.catalog.findings + self.preparation.findings
    }
}
