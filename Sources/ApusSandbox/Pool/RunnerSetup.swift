internal import ApusService
internal import Glibc

/// What the runner knows after looking around once: interpreters, files, rights. Its two halves block, and are made side by side:
/// programs are started to see their versions and to try namespaces.
struct RunnerSetup: Sendable {
    let catalog: RuntimeCatalog
    let runtimeVersions: RuntimeVersions
    /// Where the bootstraps are.
    let folder: String
    let preparation: SlotPreparation
    let isolation: Isolation
    /// Why functions run as plain processes although nobody asked for that; nil: they do not.
    let isolationWarning: String?
    /// Whether functions run as users of their own.
    let hasUsers: Bool

    /// What runs functions' code, and the bootstraps, compiled for it.
    struct Programs: Sendable {
        fileprivate let catalog: RuntimeCatalog
        fileprivate let versions: RuntimeVersions
        fileprivate let folder: String
        /// Folders that environments see beside the bootstraps'.
        fileprivate let installations: [String]

        init(configuration: SandboxConfiguration) throws(StartFailureError) {
            let libraries = configuration.pythonLibraries
            if let libraries { try RunnerSetup.check(libraries: libraries) }
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
                configured[name] = try InterpreterSearch.configured(path, for: name)
            }
            self.catalog = RuntimeCatalog(
                interpreters: InterpreterSearch.run(), configured: configured, substitution: configuration.substitution)
            self.versions = RuntimeVersions(self.catalog)
            for interpreter in Set(self.catalog.interpreters + configured.values.compactMap(\.interpreter)) {
                RuntimeFiles.compile(folder: folder, for: interpreter)
            }
            let programs = self.catalog.interpreters.map(\.path) + configured.values.compactMap(\.program)
            self.installations = programs.map(NestPlan.installation) + (libraries.map { [$0] } ?? [])
        }
    }

    /// What keeps environments apart.
    struct Walls: Sendable {
        fileprivate let isolation: Isolation
        fileprivate let warning: String?
        fileprivate let preparation: SlotPreparation
        /// Functions' own `/etc`; nil where they see the machine's.
        fileprivate let etc: String?

        init(configuration: SandboxConfiguration) throws(StartFailureError) {
            self.preparation = SlotPreparation(configuration: configuration)
            (self.isolation, self.warning) = try RunnerSetup.decide(configuration, self.preparation.directory)
            guard self.isolation == .namespaces else {
                self.etc = nil
                return
            }
            let slots = configuration.machineEnvironments + configuration.waitingProcessesOfAll
            self.etc = EtcFiles.install(
                into: configuration.directory + "/etc", users: self.preparation.users(slots: slots),
                network: configuration.network)
            guard self.etc != nil else {
                throw StartFailureError(
                    sentence: "no /etc for functions could be written below \(configuration.directory): "
                        + ErrorText.describe(errno))
            }
        }
    }

    init(_ programs: Programs, _ walls: Walls, configuration: SandboxConfiguration) {
        self.catalog = programs.catalog
        self.runtimeVersions = programs.versions
        self.folder = programs.folder
        self.isolation = walls.isolation
        self.isolationWarning = walls.warning
        var preparation = walls.preparation
        if let etc = walls.etc {
            preparation.plan = NestPlan(etc: etc, runtimes: programs.folder, folders: programs.installations)
        }
        self.preparation = preparation
        self.hasUsers = geteuid() == 0 && configuration.users == .whenPermitted
    }

    /// Tries what environments are to be kept apart by.
    fileprivate static func decide(
        _ configuration: SandboxConfiguration, _ directory: String
    ) throws(StartFailureError) -> (Isolation, warning: String?) {
        let (wish, network) = (configuration.isolation, configuration.network)
        guard wish != .process else {
            guard network == nil else {
                throw StartFailureError(sentence: "a network of their own needs functions.isolation=namespaces")
            }
            return (.process, nil)
        }
        guard let reason = Namespaces.problem(in: directory, network: network == nil ? .host : .own) else {
            return (.namespaces, nil)
        }
        // A network that was asked for is not left out in silence.
        guard wish == .automatic, network == nil else { throw StartFailureError(sentence: reason) }
        return (.process, "functions run as plain processes, which see the host's files: \(reason)")
    }

    /// Functions have users of their own where the server is root.
    fileprivate static func check(libraries: String) throws(StartFailureError) {
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
        ["isolation: \(self.isolation.rawValue)"] + self.catalog.findings + self.preparation.findings
    }
}
