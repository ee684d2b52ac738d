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
    private(set) var machine: EnvironmentMachine
    private(set) var confinement: Confinement?
    /// What it runs now.
    private(set) var invocation: Invocation?
    var log: EnvironmentLog
    var gauge = MemoryGauge(peakFile: nil, pid: 0)
    /// The duration of its initialisation until an invocation has reported it.
    private var unreportedInit: UInt64?
    private var listener: (any Channel)?
    private var connections: [ObjectIdentifier: RuntimeConnection] = [:]
    private var waitingConnection: RuntimeConnection?
    private var reader: OutputReader?
    private var launched = false
    private var isPumping = false
    private var countedState: EnvironmentMachine.State = .ended
    private var armedFor: UInt64?
    private var completed: [(Invocation, Result<InvocationOutcome, RunnerError>)] = []
    private(set) var idleSince: UInt64 = 0

    var spec: EnvironmentSpec { self.pool.spec }

    /// `within`: started within this invocation, whose time-out covers the initialisation.
    init(id: UInt64, pool: Pool, slot: Int, runner: RunnerLoop, within invocation: Invocation?) {
        self.id = id
        self.pool = pool
        self.slot = slot
        self.runner = runner
        self.invocation = invocation
        let now = runner.clock.monotonicNanoseconds
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
        self.log.platform(PlatformLines.initStart(runtime: pool.runtime.name))
        if let invocation {
            self.log.beginTail()
            self.log.platform(PlatformLines.start(requestID: invocation.request.requestID, version: pool.spec.version))
        }
        self.noteState()
        self.arm()
    }

    // MARK: Start

    /// Opens the Runtime API and starts the process. `confinement` has been prepared for the slot.
    func start(confinement: Confinement, credentials: EnvironmentCredentials) {
        self.confinement = confinement
        let seconds =
            (credentials.expires - self.runner.clock.now) / 1000 - Int64(SandboxLimits.credentialMarginSeconds)
        self.machine.retireAt = self.now &+ UInt64(max(1, seconds)) &* 1_000_000_000
        guard self.isWanted else { return self.exited(.signal(SIGKILL), peakKiB: 0) }
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
                    self.launch(port: channel.localAddress?.port ?? 0, confinement, credentials)
                }
            }
    }

    private var isWanted: Bool { self.machine.state == .starting || self.machine.state == .busy }

    private func launch(port: Int, _ confinement: Confinement, _ credentials: EnvironmentCredentials) {
        guard self.isWanted else { return self.exited(.signal(SIGKILL), peakKiB: 0) }
        let writeEnd: Int32
        do {
            (self.reader, writeEnd) = try OutputReader.makePipe()
        } catch {
            return self.startFailed(StartFailure(cause: .machine, sentence: error.sentence))
        }
        let instance = EnvironmentVariables.Instance(
            runtimeAPI: "127.0.0.1:\(port)", logStream: self.log.stream,
            temporaryDirectory: confinement.temporaryDirectory,
            runtimeDirectory: self.pool.program.directory, endpoint: self.runner.configuration.endpoint,
            credentials: credentials)
        let command = LaunchCommand.spawn(
            environment: self.id, directory: self.spec.codeDirectory, arguments: self.pool.program.arguments,
            variables: EnvironmentVariables.make(self.spec, runtime: self.pool.runtime, instance: instance),
            confinement: confinement)
        guard let command else {
            close(writeEnd)
            return self.startFailed(StartFailure(cause: .machine, sentence: "its environment variables are too long"))
        }
        if let failure = self.runner.launcher.start() {
            close(writeEnd)
            return self.startFailed(failure)
        }
        self.launched = true
        self.runner.launcher.send(command, output: writeEnd)
        self.pump()
    }

    // MARK: Output

    /// Reads output in turns for as long as the environment may print, sooner when the last turn found much. It runs on by itself
    /// until there is nothing to expect.
    private func pump(after milliseconds: Int = SandboxLimits.outputTurnMilliseconds) {
        guard !self.isPumping, self.reader != nil, self.machine.state != .frozen, self.machine.state != .ended else {
            return
        }
        self.isPumping = true
        let turn = TimeAmount.milliseconds(Int64(milliseconds))
        self.runner.eventLoop.assumeIsolated().scheduleTask(in: turn) { [weak self] in
            guard let self else { return }
            self.isPumping = false
            let count = self.drain(limit: SandboxLimits.outputBytesPerTurn)
            self.log.flush()
            self.pump(after: count >= 64 * 1024 ? 4 : SandboxLimits.outputTurnMilliseconds)
        }
    }

    @discardableResult private func drain(limit: Int) -> Int {
        self.reader?.read(limit: limit) { self.log.output($0) } ?? 0
    }

    private func accept(_ channel: any Channel) throws {
        guard self.connections.count < SandboxLimits.connectionsPerEnvironment else { throw ChannelError.alreadyClosed }
        let connection = RuntimeConnection(environment: self)
        self.connections[ObjectIdentifier(connection)] = connection
        try channel.pipeline.syncOperations.addHandler(connection)
    }

    func connectionClosed(_ connection: RuntimeConnection) { self.connections[ObjectIdentifier(connection)] = nil }

    // MARK: What happens to it

    /// Nothing could be started at all.
    func startFailed(_ failure: StartFailure) {
        self.perform(self.machine.startFailed(failure, now: self.now))
        self.exited(.status(127), peakKiB: 0)
    }

    func launchEvent(_ event: LaunchEvent) {
        switch event {
        case .started(let pid): self.gauge = MemoryGauge(peakFile: self.confinement?.cgroup?.peakFile, pid: pid)
        case .failed(let failure): self.perform(self.machine.startFailed(failure, now: self.now))
        case .exited(let status, let peakKiB): self.exited(status, peakKiB: peakKiB)
        }
    }

    private func exited(_ status: ExitStatus, peakKiB: Int) {
        self.gauge.note(peakKiB: peakKiB)
        // Whoever held the other end is dead: the pipe can be read to its end.
        self.drain(limit: SandboxLimits.logBurstBytes)
        self.log.endOutput()
        self.perform(self.machine.exited(status, now: self.now))
    }

    /// Hands it an event. It must be idle.
    func run(_ invocation: Invocation) {
        self.invocation = invocation
        self.log.beginTail()
        self.log.platform(PlatformLines.start(requestID: invocation.request.requestID, version: self.spec.version))
        let now = self.now
        self.perform(
            self.machine.invoke(
                requestID: invocation.request.requestID, now: now, deadline: now + self.pool.timeoutNanoseconds))
    }

    func retire() { self.perform(self.machine.retire(now: self.now)) }

    func stop() { self.perform(self.machine.stop(now: self.now)) }

    // MARK: The Runtime API

    /// False when a poll does not fit the state.
    func poll(_ connection: RuntimeConnection) -> Bool {
        let before = self.waitingConnection
        if before == nil { self.waitingConnection = connection }
        do {
            self.perform(try self.machine.poll(now: self.now))
            return true
        } catch {
            if before == nil { self.waitingConnection = nil }
            return false
        }
    }

    func pollLost(_ connection: RuntimeConnection) {
        guard self.waitingConnection === connection else { return }
        self.waitingConnection = nil
        self.machine.pollLost()
        self.arm()
    }

    func response(_ body: RuntimeRequest.Body, requestID: String) -> [UInt8] {
        switch body {
        case .bytes(let bytes): self.answer(.answered(bytes), requestID, reply: RuntimeReply.accepted)
        case .tooLarge(let announced):
            self.answer(.responseTooLarge(bytes: announced), requestID, reply: RuntimeReply.tooLarge)
        }
    }

    func error(_ body: RuntimeRequest.Body, requestID: String) -> [UInt8] {
        switch body {
        case .bytes(let bytes): self.answer(.reported(bytes), requestID, reply: RuntimeReply.accepted)
        case .tooLarge(let announced):
            self.answer(.responseTooLarge(bytes: announced), requestID, reply: RuntimeReply.tooLarge)
        }
    }

    private func answer(_ ending: EnvironmentMachine.Ending, _ requestID: String, reply: [UInt8]) -> [UInt8] {
        do {
            try self.machine.answer(ending, requestID: requestID)
            return reply
        } catch {
            switch error {
            case .invalidRequestID: return RuntimeReply.invalidRequestID
            case .invalidStateTransition:
                return RuntimeReply.invalidStateTransition("the invocation has been answered already")
            }
        }
    }

    func initError(_ body: RuntimeRequest.Body, type: String?) -> [UInt8] {
        guard case .bytes(let bytes) = body else { return RuntimeReply.tooLarge }
        do {
            // What it printed before belongs to its initialisation.
            self.drain(limit: SandboxLimits.outputBytesPerTurn)
            self.perform(try self.machine.initError(bytes, type: type, now: self.now))
            return RuntimeReply.accepted
        } catch {
            return RuntimeReply.invalidStateTransition("initialisation is over")
        }
    }

    // MARK: Carrying out

    var now: UInt64 { self.runner.clock.monotonicNanoseconds }

    private func perform(_ actions: [EnvironmentMachine.Action]) {
        for action in actions {
            switch action {
            case .ready(let nanoseconds): self.unreportedInit = nanoseconds
            case .deliver: self.deliver()
            case .finish(let ending, let nanoseconds): self.finish(ending, nanoseconds: nanoseconds)
            case .initFailed(let failure, let nanoseconds): self.initFailed(failure, nanoseconds: nanoseconds)
            case .freeze: self.signal(SIGSTOP)
            case .thaw: self.signal(SIGCONT)
            case .terminate: self.signal(SIGTERM)
            case .kill: self.signal(SIGKILL)
            case .gone: self.release()
            }
        }
        self.noteState()
        self.arm()
        // It may have become free: then the pool has something for it, or keeps it.
        if self.machine.state == .idle, !actions.isEmpty, self.isFree(actions) { self.runner.becameReady(self) }
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
        connection.deliver(invocation.request, deadline: self.runner.clock.now + left)
    }

    private func signal(_ number: Int32) {
        if self.launched { self.runner.launcher.send(LaunchCommand.signal(number, environment: self.id)) }
    }

    private func finish(_ ending: EnvironmentMachine.Ending, nanoseconds: UInt64) {
        guard let invocation = self.invocation else { return }
        self.invocation = nil
        self.drain(limit: SandboxLimits.outputBytesPerTurn)
        self.log.endOutput()
        let requestID = invocation.request.requestID
        let result = InvocationResult(ending, requestID: requestID, timeoutSeconds: self.spec.timeoutSeconds)
        if result.status == .timeout {
            self.log.platform(
                PlatformLines.timedOut(
                    requestID: requestID, timeoutSeconds: self.spec.timeoutSeconds, at: self.runner.clock.now))
        }
        let initNanoseconds = self.unreportedInit
        self.unreportedInit = nil
        self.log.platform(PlatformLines.end(requestID: requestID))
        self.log.platform(
            PlatformLines.report(
                PlatformLines.Report(
                    requestID: requestID, nanoseconds: nanoseconds, memoryMiB: self.spec.memoryMiB,
                    peakMiB: self.gauge.peakMiB(invocationNanoseconds: nanoseconds, now: self.now),
                    initNanoseconds: initNanoseconds, status: result.status)))
        self.log.flush()
        self.runner.finished(self, result, nanoseconds: nanoseconds)
        if self.runner.isStopping, case .exited = ending {
            self.completed.append((invocation, .failure(.stopping)))
            return
        }
        let outcome = InvocationOutcome(
            payload: result.payload, functionError: result.isError ? .unhandled : nil, logTail: self.log.tailBytes,
            durationMilliseconds: Double(nanoseconds) / 1e6,
            initDurationMilliseconds: initNanoseconds.map { Double($0) / 1e6 })
        self.completed.append((invocation, .success(outcome)))
    }

    private func initFailed(_ failure: EnvironmentMachine.InitFailure, nanoseconds: UInt64) {
        self.log.endOutput()
        self.runner.initFailed(self, failure, nanoseconds: nanoseconds)
        self.log.flush()
    }

    func logInitReport(_ failure: EnvironmentMachine.InitFailure, nanoseconds: UInt64) {
        let status: PlatformLines.Status =
            switch failure {
            case .timedOut: .timeout
            case .reported(_, let type): .error(type: type ?? "Runtime.Unknown")
            case .exited: .error(type: FailurePayload.exitError)
            case .notStarted: .error(type: FailurePayload.invalidEntrypoint)
            }
        self.log.platform(PlatformLines.initReport(nanoseconds: nanoseconds, phase: "init", status: status))
    }

    /// Answers an invocation that waited for this environment, which could not initialise. It has its START and REPORT all the
    /// same.
    func fail(_ invocation: Invocation, _ failure: EnvironmentMachine.InitFailure) {
        let ending: EnvironmentMachine.Ending
        switch failure {
        case .reported(let payload, _): ending = .reported(payload)
        case .exited(let status): ending = .exited(status)
        case .timedOut: ending = .timedOut
        case .notStarted(let failure):
            guard failure.cause == .program else {
                self.completed.append((invocation, .failure(.resources(failure.sentence))))
                return
            }
            let program = self.pool.program.arguments[0]
            let sentence =
                Files.exists(program)
                ? "fork/exec \(program): \(failure.sentence)" : "Couldn't find valid bootstrap(s): [\(program)]"
            ending = .reported(FailurePayload.entrypoint(requestID: invocation.request.requestID, sentence: sentence))
        }
        self.invocation = invocation
        self.log.beginTail()
        self.log.platform(PlatformLines.start(requestID: invocation.request.requestID, version: self.spec.version))
        self.finish(ending, nanoseconds: 0)
    }

    private func release() {
        self.reader = nil
        self.listener?.close(promise: nil)
        self.listener = nil
        for connection in self.connections.values { connection.close() }
        self.connections.removeAll()
        self.waitingConnection = nil
        self.log.flush()
        self.noteState()
        self.runner.gone(self)
    }

    private func noteState() {
        let state = self.machine.state
        guard state != self.countedState else { return }
        self.runner.changed(from: self.countedState, to: state)
        self.countedState = state
        if state == .idle { self.idleSince = self.now }
        if state == .busy { self.pump() }
        if state == .ending || state == .ended { self.runner.leavePool(self) }
    }

    /// Timers are not taken back when a deadline moves away: the one that is armed looks again when it fires.
    private func arm() {
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
