internal import ApusBase
internal import ApusService
internal import CApusSandbox
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The templates of functions' versions with SnapStart: it has them made, gives out their doors, and gives them up. Confined to
/// the runner's event loop.
///
/// A template has a slot, a user, a cgroup and a nest like an environment, and serves its own revision alone. Where none can be
/// made its version's environments are started without.
final class Snapshots: @unchecked Sendable {
    // SAFETY: all state is touched on the runner's event loop only.

    private unowned let runner: RunnerLoop
    private var machine: SnapshotMachine
    /// All whose process has not ended, by id.
    private var templates: [UInt64: FunctionTemplate] = [:]
    private var isStopped = false

    init(runner: RunnerLoop) {
        self.runner = runner
        self.machine = SnapshotMachine(
            settings: SnapshotMachine.Settings(
                maximum: max(1, runner.configuration.machineEnvironments / 4),
                pauseNanoseconds: UInt64(SandboxLimits.snapshotPauseSeconds) * 1_000_000_000))
    }

    private var now: UInt64 { self.runner.clock.monotonicNanoseconds }

    // MARK: Giving out

    /// The template that an environment of this pool can be forked from now. Where there is none, one is made for those to come.
    func template(for pool: Pool) -> FunctionTemplate? {
        guard pool.spec.snapStart, self.refusal(pool) == nil else { return nil }
        if let id = self.machine.use(pool.spec.revision, now: self.now), let template = self.templates[id] {
            return template
        }
        if self.machine.isWanted(pool.spec.revision, now: self.now), !pool.isRetired { self.make(pool, []) }
        return nil
    }

    /// Makes one, or says why there is none.
    func make(_ pool: Pool, completion: @escaping @Sendable (SnapshotOutcome) -> Void) {
        if let refusal = self.refusal(pool) { return completion(.off(refusal)) }
        let revision = pool.spec.revision
        if self.machine.isWanted(revision, now: self.now, isUrgent: true) { return self.make(pool, [completion]) }
        if self.machine.use(revision, now: self.now) != nil { return completion(.on) }
        let making = self.templates.values.first { self.machine.isMaking($0.id, of: revision) }
        guard let making else { return completion(.off("It has just been given up.")) }
        making.completions.append(completion)
    }

    private func refusal(_ pool: Pool) -> String? {
        if self.isStopped { return "The server is shutting down." }
        if self.runner.configuration.templates == .none { return "Templates are switched off." }
        if self.runner.setup.isolation != .namespaces { return "Functions run without namespaces." }
        if pool.program.snapshotArguments == nil {
            return "There are no snapshots of this runtime, or with extensions."
        }
        return nil
    }

    // MARK: Making

    private func make(_ pool: Pool, _ completions: [@Sendable (SnapshotOutcome) -> Void]) {
        guard let slot = self.runner.takeSlot(except: pool) else {
            for completion in completions { completion(.off("All places for environments are taken.")) }
            return
        }
        let id = self.runner.takeID()
        guard let ended = self.machine.made(id, of: pool.spec.revision) else {
            self.runner.clear(slot: slot)
            for completion in completions { completion(.off("Too many snapshots are being made.")) }
            return
        }
        for template in ended { self.end(template) }
        let template = FunctionTemplate(
            id: id, slot: slot, pool: pool, runner: self.runner, completions: completions)
        self.templates[id] = template
        let (spec, preparation) = (pool.spec, self.runner.setup.preparation)
        self.runner.threads.runIfActive(eventLoop: self.runner.eventLoop) {
            (try preparation.prepare(slot: slot, spec: spec), spec.credentials())
        }.whenComplete { result in
            guard case .success((let confinement, let credentials)) = result, !self.isStopped,
                self.launch(template, confinement, credentials)
            else {
                let refusal = SnapshotOutcome.off("Its process could not be started.")
                return self.over(template, refusal, .error(type: "Runtime.Unknown"))
            }
            let seconds = max(SandboxLimits.snapshotInitSeconds, spec.timeoutSeconds)
            self.runner.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Int64(seconds))) {
                self.timedOut(id, seconds: seconds)
            }
            self.pump(template)
        }
    }

    private func launch(
        _ template: FunctionTemplate, _ confinement: Confinement, _ credentials: EnvironmentCredentials
    ) -> Bool {
        let (runner, spec, program) = (self.runner, template.spec, template.program)
        template.confinement = confinement
        let seconds =
            (credentials.expires - runner.clock.now) / 1000 - Int64(SandboxLimits.credentialMarginSeconds)
        template.goodUntil = self.now &+ UInt64(max(1, seconds)) &* 1_000_000_000
        guard let arguments = program.snapshotArguments, runner.launcher.start() == nil,
            let (reader, writeEnd) = try? OutputReader.makePipe()
        else { return false }
        template.reader = reader
        var instance = EnvironmentVariables.Instance(
            runtimeAPI: "127.0.0.1:\(OwnNetwork.runtimePort)", logStream: "", temporaryDirectory: nil,
            runtimeDirectory: program.directory, endpoint: runner.configuration.endpoint, credentials: credentials)
        instance.initializationType = "snap-start"
        let seen = spec.seen(under: runner.setup.isolation)
        let variables =
            EnvironmentVariables.make(seen, runtime: template.runtime, instance: instance)
            + ["APUS_SECCOMP=\(SystemCallFilter.hex)"]
        let command = LaunchCommand.spawn(
            environment: template.id, directory: seen.codeDirectory, arguments: arguments, variables: variables,
            confinement: confinement, network: runner.configuration.network, template: .snapshot, hasInput: true)
        var (own, theirs): (Int32, Int32) = (-1, -1)
        guard let command, apus_template_pair(&own, &theirs) == 0 else {
            close(writeEnd)
            return false
        }
        var channel: Int32?
        if let plan = runner.configuration.network {
            let made = EnvironmentNetwork.make(plan, environment: template.id, launcher: runner.launcher)
            template.network = made?.network
            channel = made?.channel
        }
        let id = template.id
        // The door may be heard to close when its template, or the runner, is gone.
        let isHeard = template.listen(own, on: runner.eventLoop) { [weak self] word in self?.heard(word, id) }
        guard isHeard, channel != nil || runner.configuration.network == nil else {
            for end in [writeEnd, theirs] { close(end) }
            return false
        }
        template.isLaunched = true
        runner.launcher.send(command, output: writeEnd, input: theirs, channel: channel)
        return true
    }

    /// Reads what it prints as long as it initialises.
    private func pump(_ template: FunctionTemplate) {
        let turn = TimeAmount.milliseconds(Int64(SandboxLimits.outputTurnMilliseconds))
        self.runner.eventLoop.assumeIsolated().scheduleTask(in: turn) {
            guard self.templates[template.id] === template,
                self.machine.isMaking(template.id, of: template.spec.revision)
            else { return }
            template.drain()
            template.log.flush()
            self.pump(template)
        }
    }

    // MARK: What happens to them

    private func heard(_ word: FunctionTemplate.Word, _ id: UInt64) {
        guard let template = self.templates[id] else { return }
        let revision = template.spec.revision
        switch word {
        case .ready:
            guard self.machine.ready(id, of: revision, until: template.goodUntil, now: self.now) else {
                template.tell(.off("It was given up while it was made."))
                return self.end(id)
            }
            template.logInit(.success, now: self.now)
            self.runner.count { $0.snapshots += 1 }
            template.isCounted = true
            template.tell(.on)
        case .unsuitable(let reason):
            self.over(template, .off("Environments cannot be forked: \(reason)."), .success, .never)
        case .error(let type, let payload): self.over(template, .failed(.init(type, payload)), .error(type: type))
        case .gone where self.machine.isMaking(id, of: revision):
            // What it has printed tells more than how it ended.
            self.over(template, .failed(.exited), .error(type: FailurePayload.exitError))
        case .gone: self.machine.lost(id, of: revision)
        }
    }

    private func timedOut(_ id: UInt64, seconds: Int) {
        guard let template = self.templates[id], self.machine.isMaking(id, of: template.spec.revision) else { return }
        self.over(template, .failed(.timedOut(seconds: seconds)), .timeout)
    }

    /// Nothing comes of it.
    private func over(
        _ template: FunctionTemplate, _ outcome: SnapshotOutcome, _ status: PlatformLines.Status,
        _ prospect: SnapshotMachine.Prospect = .later
    ) {
        template.logInit(status, now: self.now)
        self.machine.failed(template.id, of: template.spec.revision, prospect, now: self.now)
        template.tell(outcome)
        if template.isLaunched { self.end(template.id) } else { self.gone(template) }
    }

    /// Its fork failed: the version does without for a while.
    func failed(_ id: UInt64) {
        guard let template = self.templates[id] else { return }
        self.machine.failed(id, of: template.spec.revision, now: self.now)
        self.end(id)
    }

    /// What the launcher says of one. False: it is none of these.
    func launchEvent(_ id: UInt64, _ event: LaunchEvent) -> Bool {
        guard let template = self.templates[id] else { return false }
        switch event {
        case .started(let pid):
            template.gauge = MemoryGauge(peakFile: template.confinement?.cgroup?.peakFile, pid: pid)
            if let network = template.network { self.runner.serve(network, serveRuntimeAPI: { close($0) }) }
        case .failed(let failure):
            if self.machine.isMaking(id, of: template.spec.revision) {
                self.over(
                    template, .off("Its process could not be started: \(failure.sentence)"),
                    .error(type: "Runtime.Unknown"))
            }
        case .exited:
            self.heard(.gone, id)
            self.gone(template)
        case .connected: break
        }
        return true
    }

    private func gone(_ template: FunctionTemplate) {
        self.templates[template.id] = nil
        template.network?.close()
        if template.isCounted { self.runner.count { $0.snapshots -= 1 } }
        self.runner.clear(slot: template.slot)
    }

    /// Its forks live on.
    private func end(_ id: UInt64) {
        self.runner.launcher.send(LaunchCommand.signal(SIGKILL, environment: id))
    }

    // MARK: Giving up

    func retire(revision: String) { for id in self.machine.remove(revision) { self.end(id) } }

    func tick() { for id in self.machine.expire(now: self.now) { self.end(id) } }

    /// Ends the one that was unused for longest, of those whose versions have no environments: its slot is free soon.
    func giveUpOne(except pool: Pool) -> Bool {
        let victim = self.machine.oldest { revision in
            revision != pool.spec.revision
                && self.runner.pools[PoolKey(revision: revision)]?.environments.isEmpty ?? true
        }
        guard let victim else { return false }
        self.retire(revision: victim)
        return true
    }

    /// Those that could be ended for want of memory.
    var idle: [FunctionTemplate] {
        self.templates.values.filter { !self.machine.isMaking($0.id, of: $0.spec.revision) }
    }

    /// The launcher has been lost, and they with it.
    func lost() {
        for id in Array(self.templates.keys) { _ = self.launchEvent(id, .exited(.signal(SIGKILL), peakKiB: 0)) }
    }

    /// Nothing is made any more. The launcher ends what there is.
    func stop() {
        self.isStopped = true
        for template in Array(self.templates.values) {
            template.tell(.off("The server is shutting down."))
            if !template.isLaunched { continue }
            self.end(template.id)
        }
    }
}

extension SnapshotFailure {
    /// Its code has reported an error.
    fileprivate init(_ type: String, _ payload: [UInt8]) {
        let message = (try? JSONValue(parsing: payload))?["errorMessage"]?.stringValue
        self.init(
            code: "FunctionError.RuntimeInitError",
            reason: "The function's code failed to initialise: \(type)\(message.map { ": \($0)" } ?? "")")
    }

    fileprivate static let exited = SnapshotFailure(
        code: "FunctionError.RuntimeInitError", reason: "The runtime exited while the function's code initialised.")

    fileprivate static func timedOut(seconds: Int) -> SnapshotFailure {
        SnapshotFailure(
            code: "FunctionError.InitTimeout",
            reason: "The function's code took longer than \(seconds) seconds to initialise.")
    }
}
