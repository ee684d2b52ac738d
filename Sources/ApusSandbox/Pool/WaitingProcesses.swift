internal import ApusBase
internal import CApusSandbox
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The processes that wait for a function: it starts them beside everything else, gives them out, and replaces them. Confined to
/// the runner's event loop.
final class WaitingProcesses: @unchecked Sendable {
    // SAFETY: all state is touched on the runner's event loop only.

    private unowned let runner: RunnerLoop
    private var machine: WaitingMachine<WaitingProcess.Kind>
    /// All that live, whether they wait still or have become an environment.
    private var processes: [UInt64: WaitingProcess] = [:]
    private var slots: SlotTable
    /// Those that are being ended on purpose.
    private var ending: Set<UInt64> = []
    private var isFilling = false
    private var isStopped = false

    init(runner: RunnerLoop) {
        self.runner = runner
        let configuration = runner.configuration
        self.machine = WaitingMachine(
            settings: WaitingMachine.Settings(
                perKind: configuration.waitingProcesses, total: configuration.waitingProcessesOfAll,
                idleNanoseconds: UInt64(SandboxLimits.waitingIdleSeconds) * 1_000_000_000,
                pauseNanoseconds: UInt64(SandboxLimits.waitingPauseSeconds) * 1_000_000_000))
        self.slots = SlotTable(
            first: max(1, configuration.machineEnvironments), count: configuration.waitingProcessesOfAll)
    }

    private var now: UInt64 { self.runner.clock.monotonicNanoseconds }

    // MARK: Giving out

    /// A function may be made for it soon.
    func want(_ kind: WaitingProcess.Kind) {
        self.machine.want(kind, now: self.now)
        self.fill()
    }

    /// A process for an environment of this pool, which is to run in `slot`. Its own slot is the environment's now, and that one
    /// is for the next process.
    func take(for pool: Pool, insteadOf slot: Int) -> WaitingProcess? {
        guard let kind = pool.program.waitingKind, !self.isStopped else { return nil }
        let now = self.now
        let id = self.machine.take(kind, now: now) { self.processes[$0]?.isReady(now: now) ?? false }
        self.fill()
        guard let id, let process = self.processes[id] else { return nil }
        process.isTaken = true
        self.slots.release(slot)
        self.note(-1)
        return process
    }

    // MARK: Filling

    /// Starts what is wanting, one after the other, and not at once: whoever has just taken one shall not share the processor.
    private func fill() {
        guard !self.isFilling, !self.isStopped, self.machine.next(now: self.now) != nil else { return }
        self.isFilling = true
        let delay = TimeAmount.milliseconds(SandboxLimits.waitingDelayMilliseconds)
        self.runner.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            self.isFilling = false
            self.startNext()
        }
    }

    private func startNext() {
        guard !self.isStopped, let (kind, victim) = self.machine.next(now: self.now) else { return }
        if let victim {
            self.machine.remove(victim)
            self.end(victim)
            // Its slot is free once it has ended.
            return
        }
        guard let slot = self.slots.take() else { return }
        let (id, preparation) = (self.runner.takeID(), self.runner.setup.preparation)
        self.machine.started(id, kind)
        self.isFilling = true
        self.runner.threads.runIfActive(eventLoop: self.runner.eventLoop) {
            try preparation.prepare(slot: slot, memoryMiB: kind.memoryMiB, ephemeralMiB: kind.ephemeralMiB)
        }.whenComplete { result in
            self.isFilling = false
            guard case .success(let confinement) = result, !self.isStopped,
                let process = self.launch(id, slot, kind, confinement)
            else {
                self.machine.failed(id, kind, now: self.now)
                return self.clear(slot)
            }
            self.processes[id] = process
            self.note(1)
            // It was not to wait any more before it was there.
            if !self.machine.contains(id) { self.end(id) }
            self.fill()
        }
    }

    private func launch(
        _ id: UInt64, _ slot: Int, _ kind: WaitingProcess.Kind, _ confinement: Confinement
    ) -> WaitingProcess? {
        guard self.runner.launcher.start() == nil, let (reader, writeEnd) = try? OutputReader.makePipe() else {
            return nil
        }
        var (own, theirs): (Int32, Int32) = (-1, -1)
        guard apus_template_pair(&own, &theirs) == 0 else {
            close(writeEnd)
            return nil
        }
        let command = LaunchCommand.spawn(
            environment: id, directory: "/", arguments: kind.command,
            variables: kind.variables(isolation: self.runner.setup.isolation),
            confinement: confinement, network: self.runner.configuration.network, hasInput: true)
        let made = self.runner.configuration.network.flatMap {
            EnvironmentNetwork.make($0, environment: id, launcher: self.runner.launcher)
        }
        guard let command, made != nil || self.runner.configuration.network == nil else {
            for end in [writeEnd, own, theirs] { close(end) }
            return nil
        }
        // The door's other end is the process's alone.
        self.runner.launcher.send(command, output: writeEnd, input: theirs, channel: made?.channel)
        return WaitingProcess(
            id: id, slot: slot, kind: kind, confinement: confinement, reader: reader, network: made?.network, door: own,
            launchedAt: self.now)
    }

    // MARK: What happens to them

    /// What the launcher says of one that is none of the runner's environments by that name.
    func launchEvent(_ id: UInt64, _ event: LaunchEvent) {
        guard let process = self.processes[id] else { return }
        switch event {
        case .started where !process.hasStarted:
            process.hasStarted = true
            // What comes once more, when its root is complete, is for the environment.
            guard process.confinement.nest == nil else { return }
        case .exited: self.processes[id] = nil
        default: break
        }
        guard !process.isTaken else {
            process.environment?.launchEvent(event)
            return
        }
        guard case .exited = event else { return }
        self.note(-1)
        if self.ending.remove(id) == nil { self.machine.failed(id, process.kind, now: self.now) }
        self.clear(process.slot)
    }

    private func end(_ id: UInt64) {
        guard self.processes[id] != nil else { return }
        self.ending.insert(id)
        self.runner.launcher.send(LaunchCommand.signal(SIGKILL, environment: id))
    }

    private func clear(_ slot: Int) {
        let preparation = self.runner.setup.preparation
        self.runner.threads.runIfActive(eventLoop: self.runner.eventLoop) { preparation.clear(slot: slot) }
            .whenComplete { _ in
                self.slots.release(slot)
                self.fill()
            }
    }

    private func note(_ change: Int) { self.runner.count { $0.prestarted += change } }

    // MARK: Giving up

    /// Ends those that nobody has wanted for long, and replaces those that have ended.
    func tick() {
        for id in self.machine.expire(now: self.now) { self.end(id) }
        self.fill()
    }

    /// The machine lacks memory: all are ended, and none is started for a while.
    func relieve() {
        let until = self.now &+ UInt64(SandboxLimits.waitingPauseSeconds) * 1_000_000_000
        for id in self.machine.takeAll(pauseUntil: until) { self.end(id) }
    }

    /// The launcher has been lost, and they with it.
    func lost() {
        for id in Array(self.processes.keys) { self.launchEvent(id, .exited(.signal(SIGKILL), peakKiB: 0)) }
    }

    /// Nothing is started any more. The launcher ends what waits.
    func stop() {
        self.isStopped = true
        for id in self.machine.takeAll(pauseUntil: .max) { self.end(id) }
    }
}
