package import ApusBase
package import ApusService
package import NIOCore
internal import NIOPosix
internal import Synchronization

/// Runs functions in execution environments on this machine: pools, processes and the Lambda Runtime API.
///
/// All its state lives on one event loop; `invoke` costs one hop to it.
package final class SandboxRunner: FunctionRunner {
    private let inside: RunnerLoop
    private let setup: RunnerSetup
    private let threads: NIOThreadPool
    package let images: any FunctionImages
    private let pulling: NIOThreadPool
    private let fileSystems: [String: String]
    private let ending = Mutex<EventLoopPromise<Void>?>(nil)

    private init(inside: RunnerLoop, setup: RunnerSetup, threads: NIOThreadPool, entropy: any Entropy) {
        self.inside = inside
        self.setup = setup
        self.threads = threads
        self.pulling = NIOThreadPool(numberOfThreads: 2)
        self.pulling.start()
        self.images = ImageStore(
            configuration: inside.configuration, isolation: setup.isolation, entropy: entropy, threads: self.pulling)
        self.fileSystems = inside.configuration.fileSystems
    }

    /// Looks for interpreters and rights, writes the bootstraps, and cleans up what a killed server has left. Takes some tens of
    /// milliseconds, away from the event loop. `sink` gets log events in order, in batches, on the event loop; it must not block.
    package static func start(
        configuration: SandboxConfiguration, on eventLoop: any EventLoop, clock: any Clock = SystemClock(),
        entropy: any Entropy = SystemEntropy(), sink: @escaping @Sendable ([FunctionLogEvent]) -> Void
    ) -> EventLoopFuture<SandboxRunner> {
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let programs = threads.runIfActive(eventLoop: eventLoop) { try RunnerSetup.Programs(configuration: configuration) }
        let walls = threads.runIfActive(eventLoop: eventLoop) { try RunnerSetup.Walls(configuration: configuration) }
        // Both, so that what fails has left nothing running.
        return EventLoopFuture.andAllComplete([programs.map { _ in }, walls.map { _ in }], on: eventLoop)
            .flatMap { programs.and(walls) }
            .map { programs, walls in
                let setup = RunnerSetup(programs, walls, configuration: configuration)
                let inside = RunnerLoop(
                    eventLoop: eventLoop, configuration: configuration, setup: setup, threads: threads, clock: clock,
                    entropy: entropy, sink: sink)
                // Started early, so that the first invocation does not wait for it. If it fails, that invocation says why.
                _ = inside.launcher.start()
                inside.watchMemory()
                return SandboxRunner(inside: inside, setup: setup, threads: threads, entropy: entropy)
            }
    }

    package func invoke(
        _ request: InvocationRequest, in spec: EnvironmentSpec,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) {
        let inside = self.inside
        if inside.eventLoop.inEventLoop { return inside.invoke(request, spec, completion) }
        inside.eventLoop.execute { inside.invoke(request, spec, completion) }
    }

    package func missing(runtime: String) -> RuntimeRefusal? {
        if let refusal = self.setup.catalog.missing(runtime) { return refusal }
        // Whoever asks is about to make a function for it.
        let inside = self.inside
        inside.eventLoop.execute { inside.prepare(runtime: runtime) }
        return nil
    }

    package func runtimeVersion(of runtime: String, region: String) -> String? {
        self.setup.runtimeVersions.arn(of: runtime, region: region)
    }

    package func unreachable(folder: String) -> String? {
        guard self.setup.hasUsers, let closed = ReachableDirectory.firstClosed(parentsOf: folder + "/-") else {
            return nil
        }
        return "Functions run as users of their own, which cannot pass \(closed) on the way to \(folder)."
    }

    package func snapshot(_ spec: EnvironmentSpec, completion: @escaping @Sendable (SnapshotOutcome) -> Void) {
        let inside = self.inside
        inside.eventLoop.execute {
            guard !inside.isStopping, let pool = inside.pool(spec) else {
                return completion(.off("The function's runtime is not on this machine."))
            }
            inside.snapshots.make(pool, completion: completion)
            inside.removeIfEmpty(pool)
        }
    }

    package func folder(ofAccessPoint arn: String) -> Result<String, RuntimeRefusal> {
        guard self.setup.isolation == .namespaces else {
            return .failure(
                .notImplemented(
                    "FileSystemConfigs: functions have file systems in namespaces alone, not with functions.isolation=process."
                ))
        }
        guard let folder = self.fileSystems[arn] else {
            return .failure(
                .notImplemented(
                    "FileSystemConfigs: Apus has no EFS. The setting functions.file_systems names a folder of the server's machine that stands for an "
                        + "access point (\(arn)=/path/to/folder)."))
        }
        guard Files.isDirectory(folder) else {
            return .failure(
                .invalid("The folder that stands for \(arn) is not there: see the setting functions.file_systems."))
        }
        return .success(folder)
    }

    package func retire(revision: String) {
        let inside = self.inside
        inside.eventLoop.execute { inside.retire(revision: revision) }
    }

    package func provision(_ spec: EnvironmentSpec, environments: Int) {
        let inside = self.inside
        inside.eventLoop.execute { inside.provision(spec, environments: environments) }
    }

    package func provisionedCount(revision: String) -> Int { self.inside.provisioned.withLock { $0[revision] ?? 0 } }

    package func provisionFailure(revision: String) -> String? {
        self.inside.provisionFailing.withLock { $0.contains(revision) } ? "FUNCTION_ERROR_INIT_FAILURE" : nil
    }

    package var statistics: SandboxStatistics { self.inside.statistics.withLock { $0 } }

    /// What is in force on this machine, one fact a line, for `apus doctor`.
    package var findings: [String] { self.setup.findings }

    /// Why functions run as plain processes although namespaces were wished for; nil: they do not.
    package var isolationWarning: String? { self.setup.isolationWarning }

    /// Which runtimes run on another version than they ask for, a line for each interpreter that stands in.
    package var substitutions: [String] { self.setup.catalog.substitutions }

    /// Ends all environments, SIGTERM first, SIGKILL after the grace, and the launcher. Invocations that have not ended answer
    /// `.stopping`. Done within about a second.
    package func shutdown() -> EventLoopFuture<Void> {
        let (inside, setup, threads, pulling) = (self.inside, self.setup, self.threads, self.pulling)
        let eventLoop = inside.eventLoop
        let (shutdown, isFirst) = self.ending.withLock { ending in
            if let ending { return (ending, false) }
            let promise = eventLoop.makePromise(of: Void.self)
            ending = promise
            return (promise, true)
        }
        guard isFirst else { return shutdown.futureResult }
        eventLoop.flatSubmit { inside.stop() }
            .flatMap {
                let launcher = inside.launcher.stop()
                return threads.runIfActive(eventLoop: eventLoop) {
                    if let launcher { Launcher.wait(pid: launcher, milliseconds: 2000) }
                    setup.preparation.end()
                }
            }
            .always { _ in
                inside.relay?.stop()
                threads.shutdownGracefully { _ in }
                pulling.shutdownGracefully { _ in }
            }
            .cascade(to: shutdown)
        return shutdown.futureResult
    }
}
