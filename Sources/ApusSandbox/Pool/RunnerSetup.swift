internal import ApusService
internal import Glibc

/// What the runner knows after looking around once: interpreters, files, rights. Blocking; made on the preparing thread.
struct RunnerSetup: Sendable {
    let catalog: RuntimeCatalog
    /// Where the bootstraps are.
    let folder: String
    let preparation: SlotPreparation

    init(configuration: SandboxConfiguration) throws(StartFailureError) {
        guard let folder = RuntimeFiles.install(into: configuration.directory + "/runtimes") else {
            throw StartFailureError(
                sentence:
                    "the runtime files could not be written below \(configuration.directory): \(ErrorText.describe(errno))"
            )
        }
        self.folder = folder
        var configured: [String: Interpreter] = [:]
        for (name, path) in configuration.interpreters { configured[name] = InterpreterSearch.interpreter(at: path) }
        self.catalog = RuntimeCatalog(interpreters: InterpreterSearch.run(), configured: configured)
        for interpreter in self.catalog.interpreters { RuntimeFiles.compile(folder: folder, for: interpreter) }
        self.preparation = SlotPreparation(configuration: configuration)
    }

    /// What is in force on this machine, for `apus doctor`.
    var findings: [String] {
        ["isolation: \(Isolation.process.rawValue)"] + self.catalog.findings + self.preparation.findings
    }
}
