internal import ApusBase
internal import ApusService
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// One execution environment: carries out what its state machine says. Confined to the runner's event loop.
final class Environment: @unchecked Sendable {
    // SAFETY: all state is touched on the runner's event loop only.

    let id: UInt64
    let pool: Pool
    let runner: RunnerLoop
    let slot: Int
    var machine: EnvironmentMachine
    /// The name of its process to the launcher.
    var process: UInt64
    /// The process that waited for its function, until it has been told so; and the variables it will be told.
    var waiting: WaitingProcess?
    var assignment: [String]?
    private(set) var confinement: Confinement?
    /// What it runs now.
    var invocation: Invocation?
    /// What the runtime streams of its response now, or has streamed.
    var streamed: StreamedResponse?
    var log: EnvironmentLog
    var gauge = MemoryGauge(peakFile: nil, pid: 0)
    /// The duration of its initialisation until an invocation has reported it.
    var unreportedInit: UInt64?
    private var listener: (any Channel)?
    /// Its own network; nil: it shares the host's.
    var network: EnvironmentNetwork?
    private var connections: [ObjectIdentifier: RuntimeConnection] = [:]
    var heldBytes = 0
    /// It was made before its event came.
    var isPreWarmed = false
    var waitingConnection: RuntimeConnection?
    /// The runtime has said that it can give memory back.
    var runtimeGivesBack = false
    var reader: OutputReader?
    var launched = false
    /// Starts it without the template that should have forked it, or the process that waited.
    var startAgain: (() -> Void)?
    var isPumping = false
    private var countedState: EnvironmentMachine.State = .ended
    private var armedFor: UInt64?
    var completed: [(Invocation, Result<InvocationOutcome, RunnerError>)] = []

    var spec: EnvironmentSpec { self.pool.spec }
    var extensions: ExtensionRegistry
    /// Where extensions wait for their events, by identifier.
    var extensionWaits: [String: RuntimeConnection] = [:]
    /// Extensions that have asked for an event once.
    var announced: Set<String> = []
    let initialization: PlatformEvent.Initialization
    /// What it is forked from; nil: it initialises by itself.
    var snapshot: FunctionTemplate?
    var hasFailedToRestore = false
    /// When it began to initialise; nil once that is over.
    var initialisingSince: UInt64?

    /// `within`: started within this invocation, whose time-out covers the initialisation.
    init(id: UInt64, pool: Pool, slot: Int, runner: RunnerLoop, within invocation: Invocation?) {
        self.id = id
        self.process = id
        self.pool = pool
        self.slot = slot
        self.runner = runner
        self.invocation = invocation
        self.initialization = PlatformEvent.Initialization(
            type: pool.initializationType,
            phase: invocation == nil ? .initialising : .invoking)
        let now = runner.clock.monotonicNanoseconds
        self.initialisingSince = now
        self.extensions = ExtensionRegistry(launched: pool.program.extensions)
        if let invocation {
            self.machine = EnvironmentMachine(
                settings: runner.settings, now: now, within: invocation.request.requestID,
                deadline: now + pool.timeoutNanoseconds)
        } else {
            self.machine = EnvironmentMachine(settings: runner.settings, now: now)
        }
        let stream = EnvironmentLog.streamName(
            version: pool.spec.version, at: runner.clock.now, entropy: runner.entropy)
        self.log = EnvironmentLog(spec: pool.spec, stream: stream, clock: runner.clock, sink: runner.sink)
        if self.extensions.hasExternal {
            self.machine.hasExtensions = true
            _ = self.machine.extensions(areQuiet: false, now: now)
            self.openTelemetry()
        }
        self.snapshot = runner.snapshots.template(for: pool)
        self.logStart()
        if let invocation {
            self.log.beginTail()
            self.logStart(of: invocation)
        }
        self.noteState()
        self.arm()
    }

    // MARK: Start

    /// Opens the Runtime API and starts the process. `confinement` has been prepared for the slot.
    func start(confinement: Confinement, credentials: EnvironmentCredentials) {
        self.confinement = confinement
        self.log.telemetry?.user = confinement.user
        let seconds =
            (credentials.expires - self.runner.clock.now) / 1000 - Int64(SandboxLimits.credentialMarginSeconds)
        self.machine.retireAt = self.now &+ UInt64(max(1, seconds)) &* 1_000_000_000
        guard self.isWanted else { return self.isNotWanted() }
        guard self.runner.configuration.network == nil else {
            let port = Int(OwnNetwork.runtimePort)
            if let process = self.waiting { return self.assign(process, port: port, confinement, credentials) }
            return self.launchFromDoor(port: port, confinement, credentials)
        }
        ServerBootstrap(group: self.runner.eventLoop)
            .serverChannelOption(.backlog, value: 64)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .hop(to: self.runner.eventLoop)
            .whenComplete { result in
                switch result {
                case .failure(let error):
                    self.startFailed(
                        StartFailure(cause: .machine, sentence: "its Runtime API could not be opened: \(error)"))
                case .success(let channel):
                    self.listener = channel
                    let port = channel.localAddress?.port ?? 0
                    if let process = self.waiting {
                        return self.assign(process, port: port, confinement, credentials)
                    }
                    self.launchFromDoor(port: port, confinement, credentials)
                }
            }
    }

    /// From the template that can fork it, or where there is none, or it fails, by itself.
    private func launchFromDoor(port: Int, _ confinement: Confinement, _ credentials: EnvironmentCredentials) {
        let door = self.useSnapshot() ?? self.templateDoor
        if door != nil { self.startAgain = { self.launch(port: port, confinement, credentials, door: nil) } }
        self.launch(port: port, confinement, credentials, door: door)
    }

    /// What it would have run has been given up. A process that waited for it is ended, and that is told.
    private func isNotWanted() {
        guard self.waiting == nil else { return self.signal(SIGKILL) }
        self.exited(.signal(SIGKILL), peakKiB: 0)
    }

    var isWanted: Bool { self.machine.state == .starting || self.machine.state == .busy }

    /// The door of the template that can fork it now.
    private var templateDoor: Int32? {
        guard self.runner.configuration.templates == .whenPossible, let path = self.pool.program.template else {
            return nil
        }
        return self.runner.templates.door(interpreter: path) { self.runner.takeID() }
    }

    func variables(port: Int, _ confinement: Confinement, _ credentials: EnvironmentCredentials) -> [String] {
        var instance = EnvironmentVariables.Instance(
            runtimeAPI: "127.0.0.1:\(port)", logStream: self.log.stream,
            temporaryDirectory: confinement.nest == nil ? confinement.temporaryDirectory : nil,
            runtimeDirectory: self.pool.program.directory, endpoint: self.runner.configuration.endpoint,
            credentials: credentials)
        instance.initializationType = self.initialization.type
        let seen = self.spec.seen(under: self.runner.setup.isolation)
        return EnvironmentVariables.make(seen, runtime: self.pool.runtime, instance: instance)
    }

    func launch(
        port: Int, _ confinement: Confinement, _ credentials: EnvironmentCredentials, door: Int32?
    ) {
        guard self.isWanted else { return self.exited(.signal(SIGKILL), peakKiB: 0) }
        let writeEnd: Int32
        do {
            (self.reader, writeEnd) = try OutputReader.makePipe()
        } catch {
            return self.startFailed(StartFailure(cause: .machine, sentence: error.sentence))
        }
        let seen = self.spec.seen(under: self.runner.setup.isolation)
        let command = LaunchCommand.spawn(
            environment: self.id, directory: self.spec.image?.workingDirectory ?? seen.codeDirectory,
            arguments: door == nil ? self.pool.program.arguments : [],
            variables: self.variables(port: port, confinement, credentials),
            confinement: confinement, network: self.runner.configuration.network,
            snapshot: door == nil ? 0 : self.snapshot?.id ?? 0)
        guard let command else {
            close(writeEnd)
            return self.startFailed(StartFailure(cause: .machine, sentence: "its environment variables are too long"))
        }
        if let failure = self.runner.launcher.start() {
            close(writeEnd)
            return self.startFailed(failure)
        }
        var channel: Int32?
        if let plan = self.runner.configuration.network {
            let made = EnvironmentNetwork.make(plan, environment: self.id, launcher: self.runner.launcher)
            guard let made else {
                close(writeEnd)
                return self.startFailed(StartFailure(cause: .machine, sentence: "no descriptors are left"))
            }
            self.network = made.network
            channel = made.channel
            self.log.telemetry?.network = self.network
        }
        self.launched = true
        self.runner.launcher.send(command, output: writeEnd, door: door, channel: channel)
        self.pump()
    }

    func accept(_ channel: any Channel) throws {
        guard self.connections.count < SandboxLimits.connectionsPerEnvironment else { throw ChannelError.alreadyClosed }
        let connection = RuntimeConnection(environment: self)
        self.connections[ObjectIdentifier(connection)] = connection
        try channel.pipeline.syncOperations.addHandler(connection)
    }

    func connectionClosed(_ connection: RuntimeConnection) { self.connections[ObjectIdentifier(connection)] = nil }

    // MARK: What happens to it

    /// Nothing could be started at all.
    func startFailed(_ failure: StartFailure) {
        self.notStarted(failure)
        guard self.waiting == nil else { return self.signal(SIGKILL) }
        self.exited(.status(127), peakKiB: 0)
    }

    private func notStarted(_ failure: StartFailure) {
        let ending = self.entrypointEnding(failure, requestID: self.invocation?.request.requestID ?? "")
        self.perform(self.machine.startFailed(failure, ending: ending ?? .exited(.status(127)), now: self.now))
    }

    func launchEvent(_ event: LaunchEvent) {
        switch event {
        case .started(let pid):
            self.gauge = MemoryGauge(peakFile: self.confinement?.cgroup?.peakFile, pid: pid)
            if self.waiting != nil { return self.handOver() }
            self.startAgain = nil
            self.openNetwork()
        case .failed(let failure) where failure.cause == .template:
            if let snapshot = self.snapshot {
                self.runner.snapshots.failed(snapshot.id)
                self.forgetSnapshot()
            } else if let path = self.pool.program.template {
                self.runner.templates.fail(path)
            }
            self.startAgain?()
        case .failed(let failure) where failure.cause == .templateForNow:
            if self.snapshot != nil { self.forgetSnapshot() }
            self.startAgain?()
        case .failed(let failure): self.notStarted(failure)
        case .exited where self.waiting != nil && self.startAgain != nil && self.isWanted: self.startAgain?()
        case .exited(let status, let peakKiB): self.exited(status, peakKiB: peakKiB)
        case .connected(let number): self.network?.connected(number)
        }
    }

    private func exited(_ status: ExitStatus, peakKiB: Int) {
        self.gauge.note(peakKiB: peakKiB)
        // Whoever held the other end is dead: the pipe can be read to its end.
        self.drain(limit: SandboxLimits.logBurstBytes)
        self.log.endOutput()
        self.heed(self.log.takeNotices())
        self.perform(self.machine.exited(status, now: self.now))
    }

    /// Hands it an event. It must be idle.
    func run(_ invocation: Invocation) {
        self.invocation = invocation
        self.log.beginTail()
        self.logStart(of: invocation)
        let now = self.now
        self.perform(
            self.machine.invoke(
                requestID: invocation.request.requestID, now: now, deadline: now + self.pool.timeoutNanoseconds))
    }

    func retire() { self.perform(self.machine.retire(now: self.now)) }

    func stop() { self.perform(self.machine.stop(now: self.now)) }

    // MARK: Carrying out

    var now: UInt64 { self.runner.clock.monotonicNanoseconds }

    func perform(_ actions: [EnvironmentMachine.Action]) {
        for action in actions {
            switch action {
            case .ready(let nanoseconds):
                self.unreportedInit = nanoseconds
                self.logInit(.success, nanoseconds: nanoseconds)
                self.log.telemetry?.initialisationIsOver()
                self.pool.record.activity.started(nanoseconds: nanoseconds)
            case .deliver: self.deliver()
            case .finish(let ending, let nanoseconds): self.finish(ending, nanoseconds: nanoseconds)
            case .initFailed(let failure, let nanoseconds): self.initFailed(failure, nanoseconds: nanoseconds)
            case .freeze: self.signal(SIGSTOP)
            case .thaw: self.signal(SIGCONT)
            case .giveBack: self.giveBack()
            case .gaveBack: break
            case .shutdown(let reason): self.shutDownExtensions(reason)
            case .terminate: self.signal(SIGTERM)
            case .kill: self.signal(SIGKILL)
            case .gone: self.release()
            }
        }
        self.noteState()
        self.arm()
        // It may have become free: then the pool has something for it, or keeps it.
        if self.machine.state == .idle, !actions.isEmpty {
            if self.isFree(actions) { self.runner.becameReady(self) }
            if actions == [.gaveBack] { self.runner.gaveBack(self) }
        }
        self.complete()
    }

    /// Tells callers what came of their invocations, once the pool knows that the environment is free: they may invoke again at
    /// once.
    private func complete() {
        let completed = self.completed
        self.completed.removeAll(keepingCapacity: true)
        for (invocation, result) in completed { invocation.complete(result) }
    }

    private func isFree(_ actions: [EnvironmentMachine.Action]) -> Bool {
        actions.contains { action in
            switch action {
            case .ready, .finish: true
            default: false
            }
        }
    }

    private func deliver() {
        guard let invocation = self.invocation, let connection = self.waitingConnection else { return }
        self.waitingConnection = nil
        let deadline = self.machine.deadline ?? self.now
        let left = Int64(deadline > self.now ? deadline - self.now : 0) / 1_000_000
        let end = self.runner.clock.now + left
        if !self.extensions.members.isEmpty { self.tellExtensions(invocation.request, deadline: end) }
        connection.deliver(invocation.request, deadline: end)
    }

    private func giveBack() {
        self.pool.machine.givesBack(self.id)
        self.waitingConnection.take()?.askToGiveBack()
    }

    func signal(_ number: Int32) {
        if self.launched { self.runner.launcher.send(LaunchCommand.signal(number, environment: self.process)) }
    }

    private func release() {
        self.startAgain = nil
        self.waiting = nil
        self.assignment = nil
        self.reader = nil
        self.listener?.close(promise: nil)
        self.listener = nil
        for connection in self.connections.values { connection.close() }
        self.connections.removeAll()
        self.waitingConnection = nil
        self.extensionWaits.removeAll()
        self.log.telemetry?.close()
        self.network?.close()
        self.log.flush()
        self.noteState()
        self.runner.gone(self)
    }

    private func noteState() {
        let state = self.machine.state
        guard state != self.countedState else { return }
        self.runner.changed(from: self.countedState, to: state)
        self.countedState = state
        if state == .busy || state == .givingBack { self.pump() }
        if state == .ending || state == .ended { self.runner.leavePool(self) }
    }

    /// Timers are not taken back when a deadline moves away: the one that is armed looks again when it fires.
    func arm() {
        guard let deadline = self.machine.deadline else { return }
        if let armedFor = self.armedFor, armedFor <= deadline { return }
        self.armedFor = deadline
        let now = self.now
        let delay = TimeAmount.nanoseconds(Int64(deadline > now ? deadline - now : 0))
        self.runner.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self else { return }
            if self.armedFor == deadline { self.armedFor = nil }
            self.perform(self.machine.tick(now: self.now))
        }
    }
}
