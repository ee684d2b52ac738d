internal import ApusBase
internal import Glibc
internal import Logging
internal import Synchronization

/// Runs what an operator, or a compose file, wants done when a server starts and stops.
///
/// Scripts run one after the other. One that fails is logged and shows on the status page; the others go on. Output goes to the
/// log, each line with the script's name.
final class InitScripts: Sendable {
    let status = InitStatus()
    private let plan: ServerPlan
    private let log: Logger
    private struct State {
        var environment: [String: String]
        var isCancelled = false
    }
    private let state: Mutex<State>

    init(_ plan: ServerPlan, log: ServerLog) {
        self.plan = plan
        self.log = log.logger("init")
        // Before the port is open, scripts have the server's own variables only.
        self.state = Mutex(State(environment: Self.environment(plan.variables, plan.configuration, plan.mode, nil)))
    }

    /// Gives scripts from now on the endpoint, and `awslocal`.
    func prepare(_ ready: ServerReady) {
        let directory = self.plan.configuration.dataDirectory + "/runtime/bin"
        let isThere = (try? AWSLocal.write(in: directory)) != nil
        var environment = Self.environment(self.plan.variables, self.plan.configuration, self.plan.mode, ready)
        if isThere, let path = realpath(directory, nil) {
            environment["PATH"] = String(cString: path) + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
            free(path)
        }
        self.state.withLock { $0.environment = environment }
    }

    /// The server stops: the script under way is ended, and those after it do not run.
    func cancel() { self.state.withLock { $0.isCancelled = true } }

    /// Runs the scripts of a stage. Holds no thread of the tasks' pool.
    func run(_ stage: InitStage) async {
        if stage == .shutdown { self.state.withLock { $0.isCancelled = false } }
        await BackgroundThread.run { self.runNow(stage) }
    }

    /// Whether all scripts of the stage `ready` have ended; waits a second for it.
    func isReady() async -> Bool {
        for _ in 0..<20 where !self.status.isCompleted(.ready) { try? await Task.sleep(for: .milliseconds(50)) }
        return self.status.isCompleted(.ready)
    }

    private func runNow(_ stage: InitStage) {
        var paths: [String] = []
        // A server that took over from another was made ready before.
        let isWanted = stage == .shutdown || self.plan.sockets.predecessor == .none
        for folder in isWanted ? InitFolder.all(self.plan.configuration, self.plan.mode) : [] {
            paths += folder.scripts(of: stage) { path, reason in
                self.log.warning("scripts do not run", metadata: ["path": "\(path)", "reason": "\(reason)"])
            }
        }
        let first = self.status.add(paths.map { String($0.split(separator: "/").last ?? "") }, to: stage)
        for (index, path) in paths.enumerated() {
            if self.state.withLock({ $0.isCancelled }) { return }
            self.status.set(first + index, .running)
            let isDone = self.run(path)
            self.status.set(first + index, isDone ? .successful : .error)
        }
        self.status.complete(stage)
    }

    /// True where the script succeeded.
    private func run(_ path: String) -> Bool {
        let log = self.log
        let name = String(path.split(separator: "/").last ?? "")
        let environment = self.state.withLock { $0.environment }
        let child = ChildProcess(
            arguments: InitFolder.command(path), environment: environment.map { "\($0.key)=\($0.value)" },
            timeoutMilliseconds: self.plan.configuration.initScripts.timeoutSeconds * 1_000,
            isCancelled: { self.state.withLock { $0.isCancelled } })
        let outcome = child.run { line in log.info("\(line)", metadata: ["script": "\(name)"]) }
        let failure: String
        switch outcome {
        case .exited(0):
            self.log.info("done", metadata: ["script": "\(name)"])
            return true
        case .exited(let code): failure = "it ended with exit code \(code)"
        case .signalled(let signal): failure = "it was ended by signal \(signal)"
        case .timedOut: failure = "it took longer than init.timeout_seconds"
        case .cancelled: failure = "the server stopped"
        case .notStarted(let reason): failure = "it could not be started: \(reason)"
        }
        self.log.error("failed", metadata: ["script": "\(name)", "reason": "\(failure)"])
        return false
    }

    /// The server's variables, and those that make AWS's tools talk to it. Only dev has keys that can be given away.
    static func environment(
        _ variables: [String: String], _ configuration: Configuration, _ mode: ServerMode, _ ready: ServerReady?
    ) -> [String: String] {
        var environment = variables
        for name in InheritedSockets.variables + ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
            environment[name] = nil
        }
        environment["AWS_DEFAULT_REGION"] = configuration.region
        environment["AWS_REGION"] = configuration.region
        if let ready { environment["AWS_ENDPOINT_URL"] = ready.endpoint }
        if mode == .dev {
            environment["AWS_ACCESS_KEY_ID"] = "test"
            environment["AWS_SECRET_ACCESS_KEY"] = "test"
        }
        return environment
    }
}
