internal import ApusBase
internal import ApusService
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The runner's inside: pools, environments, slots. Confined to one event loop.
final class RunnerLoop: @unchecked Sendable {
    // SAFETY: all mutable state but `statistics`, which is locked, is touched on `eventLoop` only.

    let eventLoop: any EventLoop
    let configuration: SandboxConfiguration
    let settings: EnvironmentMachine.Settings
    let clock: any Clock
    let entropy: any Entropy
    let sink: @Sendable ([FunctionLogEvent]) -> Void
    let launcher: Launcher
    let templates: Templates
    private(set) lazy var waiting = WaitingProcesses(runner: self)
    private(set) lazy var snapshots = Snapshots(runner: self)
    /// To what of the outside environments with a network of their own may reach; nil: nothing.
    let relay: OutsideRelay?
    let statistics = Mutex(SandboxStatistics())
    /// By revision: how many of the environments that are to be kept initialised are so.
    let provisioned = Mutex<[String: Int]>([:])
    /// Revisions of which the last environment to be provisioned failed to initialise.
    let provisionFailing = Mutex<Set<String>>([])
    let threads: NIOThreadPool
    let setup: RunnerSetup
    private(set) var isStopping = false
    var pools: [PoolKey: Pool] = [:]
    /// How many environments functions have that isolate their tenants.
    var tenancy = TenantCensus()
    private(set) var environments: [UInt64: Environment] = [:]
    private(set) var records = FunctionRecords()
    let policy: KeepAlivePolicy
    private(set) var slots: SlotTable
    /// Starts that wait for a slot, oldest first.
    private(set) var deferred: [(id: UInt64, pool: Pool)] = []
    private var nextID: UInt64 = 1
    private var slotsBeingCleared = 0
    var memoryWatch: RepeatedTask?
    /// The archives of classes of Java installations that were asked for.
    var archived: Set<String> = []
    private var whenEmpty: EventLoopPromise<Void>?

    init(
        eventLoop: any EventLoop, configuration: SandboxConfiguration, setup: RunnerSetup, threads: NIOThreadPool,
        clock: any Clock, entropy: any Entropy, sink: @escaping @Sendable ([FunctionLogEvent]) -> Void
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.setup = setup
        self.threads = threads
        self.clock = clock
        self.entropy = entropy
        self.sink = sink
        self.policy = configuration.keepAlivePolicy
        self.slots = SlotTable(count: max(1, configuration.machineEnvironments))
        self.launcher = Launcher(eventLoop: eventLoop, isolation: setup.isolation)
        self.templates = Templates(eventLoop: eventLoop, launcher: self.launcher, clock: clock, folder: setup.folder)
        self.relay = configuration.network?.egress.map { OutsideRelay(egress: $0, entropy: entropy) }
        let millisecond: UInt64 = 1_000_000
        var settings = EnvironmentMachine.Settings(
            initNanoseconds: UInt64(configuration.initMilliseconds) * millisecond,
            freezeNanoseconds: UInt64(configuration.freezeMilliseconds) * millisecond,
            keepAliveNanoseconds: UInt64(configuration.keepAliveSeconds) * 1000 * millisecond,
            endGraceNanoseconds: UInt64(configuration.endGraceMilliseconds) * millisecond,
            shutdownNanoseconds: UInt64(SandboxLimits.shutdownMilliseconds) * millisecond)
        settings.giveBackAfterNanoseconds = UInt64(configuration.giveBackAfterMilliseconds) * millisecond
        settings.giveBackLimitNanoseconds = UInt64(configuration.giveBackLimitMilliseconds) * millisecond
        self.settings = settings
        self.launcher.onEvent = { [weak self] id, event in self?.launchEvent(id, event) }
        self.launcher.onLost = { [weak self] in self?.launcherLost() }
    }

    // MARK: Invocations

    func invoke(
        _ request: InvocationRequest, _ spec: EnvironmentSpec,
        _ completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) {
        guard !self.isStopping else { return completion(.failure(.stopping)) }
        guard let pool = self.pool(spec, for: request.tenant) else {
            let refusal =
                spec.image == nil
                ? self.setup.catalog.missing(spec.runtime)?.sentence
                : "The image has neither an entry point nor a command, or functions run without namespaces now."
            return completion(.failure(.runtimeUnavailable(refusal ?? spec.runtime)))
        }
        let invocation = Invocation(id: self.takeID(), request: request, completion: completion)
        self.count { $0.invocations += 1 }
        self.began(pool)
        switch pool.machine.invoke(
            invocation.id, now: self.clock.monotonicNanoseconds,
            // Room is not looked for where an environment is ready.
            machineHasRoom: pool.machine.leastRecentlyUsed != nil || self.hasRoom(for: pool))
        {
        case .run(let id):
            guard let environment = pool.environments[id] else {
                preconditionFailure("a pool names an environment it does not have")
            }
            environment.run(invocation)
        case .start:
            pool.waiting[invocation.id] = invocation
            self.count { $0.waiting += 1 }
            self.startEnvironment(pool, within: nil)
        case .wait:
            pool.waiting[invocation.id] = invocation
            self.count { $0.waiting += 1 }
            self.armPatience(pool)
        case .throttle:
            self.count { $0.throttles += 1 }
            pool.record.activity.ended(now: self.clock.monotonicNanoseconds)
            invocation.complete(.failure(.throttled))
            self.removeIfEmpty(pool)
        }
    }

    /// The pool of a revision, or of one tenant of it; made where there is none. Whoever has no use for it calls `removeIfEmpty`.
    func pool(_ spec: EnvironmentSpec, for tenant: InvocationTenant? = nil) -> Pool? {
        let key = PoolKey(revision: spec.revision, tenant: tenant?.id)
        if let pool = self.pools[key] {
            if let tenant { pool.environmentsOfAll = tenant.environmentsOfAll }
            return pool
        }
        guard let runtime = Self.runtime(of: spec),
            let program = RuntimeProgram(
                runtime, catalog: self.setup.catalog, folder: self.setup.folder, spec: spec,
                isolation: self.setup.isolation)
        else { return nil }
        let (name, now) = ("\(spec.functionPath)/\(spec.version)", self.clock.monotonicNanoseconds)
        var record = self.records.record(name, now: now, self.configuration)
        // Records outlive pools: as many as callers name tenants would push out those of other functions.
        if tenant != nil { record = FunctionRecord(now: now, self.configuration, tenantOf: record) }
        let pool = Pool(key: key, spec: spec, runtime: runtime, program: program, record: record)
        if let tenant { pool.environmentsOfAll = tenant.environmentsOfAll }
        self.pools[key] = pool
        self.count { $0.pools += 1 }
        // Functions may be older than this start of the server, and than the machine's Java.
        if let java = self.setup.catalog.choose(runtime)?.interpreter, java.language == .java, spec.image == nil {
            self.prepare(java: java, waiting: program.waitingKind)
        }
        return pool
    }

    private static func runtime(of spec: EnvironmentSpec) -> RuntimeIdentifier? {
        if spec.image != nil { return .image }
        guard case .supported(let runtime) = RuntimeIdentifier.recognise(spec.runtime) else { return nil }
        return runtime
    }

    func takeID() -> UInt64 {
        defer { self.nextID += 1 }
        return self.nextID
    }

    /// Starts environments for those whose patience has ended.
    private func armPatience(_ pool: Pool) {
        guard let deadline = pool.machine.deadline else { return }
        if let armedFor = pool.armedFor, armedFor <= deadline { return }
        pool.armedFor = deadline
        let now = self.clock.monotonicNanoseconds
        let delay = TimeAmount.nanoseconds(Int64(deadline > now ? deadline - now : 0))
        self.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            if pool.armedFor == deadline { pool.armedFor = nil }
            self.startDue(pool)
            self.armPatience(pool)
        }
    }

    private func startDue(_ pool: Pool) {
        guard !self.isStopping else { return }
        for _ in 0..<pool.machine.startsDue(now: self.clock.monotonicNanoseconds) where self.hasRoom(for: pool) {
            self.startEnvironment(pool, within: nil)
        }
    }

    // MARK: Starting environments

    /// Whether one more environment could be started, perhaps in place of another function's idle one.
    func hasRoom(for pool: Pool) -> Bool {
        guard pool.record.starts.available(now: self.clock.monotonicNanoseconds) > 0, self.tenancy.hasRoom(for: pool)
        else {
            return false
        }
        return self.hasFreeSlot || self.leastBenefit(except: pool) != nil
    }

    /// A slot for what is not an environment, perhaps soon, in place of another function's idle one.
    func takeSlot(except pool: Pool) -> Int? {
        if self.hasFreeSlot { return self.slots.take() }
        self.leastBenefit(except: pool)?.retire()
        return nil
    }

    @discardableResult func startEnvironment(_ pool: Pool, within invocation: Invocation?) -> UInt64 {
        let id = self.takeID()
        if invocation == nil { pool.machine.started(id) } else { pool.machine.startedBusy(id) }
        self.count { $0.coldStarts += 1 }
        pool.record.starts.take(now: self.clock.monotonicNanoseconds)
        self.tenancy.started(in: pool)
        if self.slots.freeCount == 0, !self.snapshots.giveUpOne(except: pool) {
            self.leastBenefit(except: pool)?.retire()
        }
        guard let slot = self.slots.take() else {
            if let invocation {
                pool.machine.gone(id)
                self.tenancy.gone(from: pool)
                pool.record.activity.ended(now: self.clock.monotonicNanoseconds)
                invocation.complete(.failure(.throttled))
                return id
            }
            self.deferred.append((id, pool))
            return id
        }
        self.begin(id, pool, slot: slot, within: invocation)
        return id
    }

    private func begin(_ id: UInt64, _ pool: Pool, slot: Int, within invocation: Invocation?) {
        let (spec, preparation) = (pool.spec, self.setup.preparation)
        // The environment ends before its credentials do; they are made on the way, so their end is told afterwards.
        let process = self.waiting.take(for: pool, insteadOf: slot)
        let place = process?.slot ?? slot
        let environment = Environment(id: id, pool: pool, slot: place, runner: self, within: invocation)
        if let process { environment.adopt(process) }
        let ready = process?.confinement
        pool.environments[id] = environment
        self.environments[id] = environment
        self.threads.runIfActive(eventLoop: self.eventLoop) {
            (try ready ?? preparation.prepare(slot: place, spec: spec), spec.credentials())
        }.whenComplete { result in
            switch result {
            case .success((let confinement, let credentials)):
                environment.start(confinement: confinement, credentials: credentials)
            case .failure(let error):
                let sentence = (error as? StartFailureError)?.sentence ?? "the machine refused: \(error)"
                environment.startFailed(StartFailure(cause: .machine, sentence: sentence))
            }
        }
    }

    // MARK: What environments tell

    /// It waits for an event.
    func becameReady(_ environment: Environment) {
        let pool = environment.pool
        defer {
            if pool.provisioned > 0 {
                pool.provisionFailures = 0
                self.noteProvisioned(pool)
            }
        }
        guard !self.runsWaiting(environment) else { return }
        if pool.isRetired { environment.retire() } else { self.becameIdle(environment) }
    }

    /// Whether there was an invocation for it.
    func runsWaiting(_ environment: Environment) -> Bool {
        let pool = environment.pool
        guard let id = pool.machine.becameReady(environment.id), let invocation = pool.waiting.removeValue(forKey: id)
        else { return false }
        self.count { $0.waiting -= 1 }
        environment.run(invocation)
        return true
    }

    func finished(_ environment: Environment, _ result: InvocationResult, nanoseconds: UInt64) {
        environment.pool.machine.finished(nanoseconds: nanoseconds)
        environment.pool.record.activity.ended(now: self.clock.monotonicNanoseconds)
        switch result.status {
        case .success: break
        case .timeout: self.count { $0.timeouts += 1 }
        case .error: self.count { $0.crashes += 1 }
        }
    }

    /// Its initialisation failed: the invocation that has waited longest fails with it, or has a second try.
    func initFailed(_ environment: Environment, _ failure: EnvironmentMachine.InitFailure, nanoseconds: UInt64) {
        let pool = environment.pool
        self.count { $0.initFailures += 1 }
        pool.machine.gone(environment.id)
        environment.logInitReport(failure, nanoseconds: nanoseconds)
        self.provisionFailed(pool)
        guard let id = pool.machine.takeOldest(), let invocation = pool.waiting.removeValue(forKey: id) else { return }
        self.count { $0.waiting -= 1 }
        if self.isStopping {
            invocation.complete(.failure(.stopping))
        } else if let refusal = environment.restoreRefusal(failure) {
            pool.record.activity.ended(now: self.clock.monotonicNanoseconds)
            invocation.complete(.failure(refusal))
        } else if failure.isRetried, self.hasFreeSlot {
            if let snapshot = environment.snapshot { self.snapshots.failed(snapshot.id) }
            // "If the Init phase fails, Lambda retries it at the time of the first function invocation"; after a time-out:
            // "Lambda retries the Init phase at the time of the first function invocation with the configured function timeout."
            self.startEnvironment(pool, within: invocation)
        } else {
            environment.fail(invocation, failure)
        }
        self.startDue(pool)
    }

    /// It takes no more events.
    func leavePool(_ environment: Environment) {
        let pool = environment.pool
        pool.machine.gone(environment.id)
        if pool.provisioned > 0 { self.noteProvisioned(pool) }
    }

    /// Nothing is left of it: its slot is cleared and given to whoever waits.
    func gone(_ environment: Environment) {
        let pool = environment.pool
        guard self.environments.removeValue(forKey: environment.id) != nil else { return }
        pool.environments[environment.id] = nil
        self.tenancy.gone(from: pool)
        self.clear(slot: environment.slot)
        self.startDue(pool)
        self.topUp(pool)
        self.removeIfEmpty(pool)
    }

    /// Nothing is left in a slot that was taken.
    func clear(slot: Int) {
        let preparation = self.setup.preparation
        self.slotsBeingCleared += 1
        self.threads.runIfActive(eventLoop: self.eventLoop) { preparation.clear(slot: slot) }
            .whenComplete { _ in self.release(slot) }
    }

    private func release(_ slot: Int) {
        self.slots.release(slot)
        self.slotsBeingCleared -= 1
        if self.isEmpty { self.whenEmpty?.succeed() }
        while !self.deferred.isEmpty, !self.isStopping, let slot = self.slots.take() {
            let (id, pool) = self.deferred.removeFirst()
            self.begin(id, pool, slot: slot, within: nil)
        }
        // Somebody may wait for whom there was no room before.
        for pool in Array(self.pools.values) where pool.machine.waitingCount > 0 { self.startDue(pool) }
    }

    func removeIfEmpty(_ pool: Pool) {
        // One whose function is expected stays, so that it hears of it when its revision is retired.
        guard pool.isRetired || pool.record.preWarming == nil && pool.provisioned == 0 else { return }
        guard pool.machine.isEmpty, pool.environments.isEmpty, self.pools[pool.key] === pool else { return }
        self.pools[pool.key] = nil
        self.count { $0.pools -= 1 }
    }

    // MARK: Ending

    /// Ends all environments; the future is done when none is left.
    func stop() -> EventLoopFuture<Void> {
        self.isStopping = true
        self.templates.stop()
        self.waiting.stop()
        self.snapshots.stop()
        self.records.cancelAll()
        self.memoryWatch?.cancel()
        let promise = self.eventLoop.makePromise(of: Void.self)
        self.whenEmpty = promise
        self.deferred.removeAll()
        for pool in self.pools.values {
            for id in pool.machine.takeAll() {
                self.count { $0.waiting -= 1 }
                pool.waiting.removeValue(forKey: id)?.complete(.failure(.stopping))
            }
        }
        for environment in Array(self.environments.values) { environment.stop() }
        if self.isEmpty { promise.succeed() }
        return promise.futureResult
    }

    private var isEmpty: Bool { self.environments.isEmpty && self.slotsBeingCleared == 0 }

    // MARK: Counting

    func count(_ change: (inout SandboxStatistics) -> Void) { self.statistics.withLock { change(&$0) } }

    func changed(from old: EnvironmentMachine.State, to new: EnvironmentMachine.State) {
        self.count { statistics in
            statistics[keyPath: SandboxStatistics.gauge(old)] -= 1
            statistics[keyPath: SandboxStatistics.gauge(new)] += 1
        }
    }
}
