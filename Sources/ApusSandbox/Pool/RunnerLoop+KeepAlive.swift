internal import ApusBase
internal import ApusService
internal import NIOCore
internal import NIOPosix

/// Which idle environments are kept, which are given up, and which are made before they are asked for.
extension RunnerLoop {
    /// An idle environment that another is expected for is kept this long all the same: the next event may be a repetition.
    private static let graceMinutes = 1.0 / 6
    private static let decadeNanoseconds: UInt64 = 10 * 365 * 86_400 * 1_000_000_000
    /// How often the machine's memory is looked at.
    private static let memoryWatchSeconds: Int64 = 2

    // MARK: Prediction

    func began(_ pool: Pool) {
        pool.record.cancelPreWarming()
        pool.record.activity.began(now: self.clock.monotonicNanoseconds, policy: self.policy)
    }

    /// Nobody waits for the environment: its function's history says how long it is kept.
    func becameIdle(_ environment: Environment) {
        let pool = environment.pool
        // Extensions would run too. What is provisioned is to be as fast as it can be whenever an event comes.
        environment.machine.givesBack =
            environment.runtimeGivesBack && environment.extensions.members.isEmpty && pool.provisioned == 0
        if !self.maySpare(pool) {
            // It ends with its credentials, and is replaced.
            environment.machine.keepAliveNanoseconds = Self.decadeNanoseconds
            return
        }
        guard case .hybrid = self.policy else {
            environment.machine.keepAliveNanoseconds = nil
            return
        }
        let now = self.clock.monotonicNanoseconds
        let windows = pool.record.activity.windows(now: now, policy: self.policy)
        let isExpected = windows.preWarmMinutes > 0
        if isExpected, environment.isPreWarmed {
            // It was made for the event that is expected now.
            environment.machine.keepAliveNanoseconds = self.nanoseconds(minutes: windows.keepAliveMinutes)
        } else if isExpected {
            environment.machine.keepAliveNanoseconds = self.nanoseconds(minutes: Self.graceMinutes)
            // Nothing is made ahead for a tenant: whoever is expected is kept in mind, and callers may name any number of them.
            if pool.key.tenant == nil { self.preWarm(pool, after: windows.preWarmMinutes) }
        } else {
            environment.machine.keepAliveNanoseconds = self.nanoseconds(minutes: windows.keepAliveMinutes)
        }
        environment.isPreWarmed = false
    }

    /// It takes events again, and has been idle all the time.
    func gaveBack(_ environment: Environment) {
        self.count { $0.givenBack += 1 }
        _ = self.runsWaiting(environment)
    }

    /// Has an environment ready after so many minutes, unless an event comes before or the function changes.
    private func preWarm(_ pool: Pool, after minutes: Double) {
        guard pool.record.preWarming == nil, !pool.record.activity.isRunning, !self.isStopping else { return }
        pool.record.preWarming = self.eventLoop.assumeIsolated().scheduleTask(
            in: .nanoseconds(Int64(self.nanoseconds(minutes: minutes)))
        ) {
            pool.record.preWarming = nil
            // Other environments are not given up for one that may be wanted.
            guard !self.isStopping, !pool.isRetired, pool.machine.environments == 0, self.hasFreeSlot else {
                return self.removeIfEmpty(pool)
            }
            let id = self.startEnvironment(pool, within: nil)
            pool.environments[id]?.isPreWarmed = true
        }
    }

    private func nanoseconds(minutes: Double) -> UInt64 {
        UInt64(max(0, minutes) * self.configuration.policyMinuteNanoseconds)
    }

    var hasFreeSlot: Bool { self.slots.freeCount > self.deferred.count }

    // MARK: Giving up

    /// What is ended for want of memory. A snapshot is made again when it is used.
    private enum Idle {
        case environment(Environment)
        case snapshot(String)
    }

    /// The idle environment of another function whose loss costs least.
    func leastBenefit(except pool: Pool) -> Environment? {
        let now = self.clock.monotonicNanoseconds
        return self.pools.values.lazy.filter { $0 !== pool && self.maySpare($0) }
            .compactMap { other -> (environment: Environment, benefit: Double)? in
                guard let id = other.machine.leastRecentlyUsed, let environment = other.environments[id] else {
                    return nil
                }
                return (environment, other.benefit(of: environment, now: now))
            }
            .min { $0.benefit < $1.benefit }?.environment
    }

    /// Looks at the machine's memory from now on, as long as the runner lives.
    func watchMemory() {
        let delay = TimeAmount.seconds(Self.memoryWatchSeconds)
        self.memoryWatch = self.eventLoop.scheduleRepeatedAsyncTask(initialDelay: delay, delay: delay) { _ in
            self.threads.runIfActive(eventLoop: self.eventLoop) {
                ControlFiles.read("/proc/meminfo").flatMap { MemoryPressure.read(meminfo: $0) }
            }.map { memory in
                self.waiting.tick()
                self.snapshots.tick()
                if let memory { self.relieve(availableMiB: memory.availableMiB, totalMiB: memory.totalMiB) }
            }
        }
    }

    /// Ends idle environments, least benefit first, where the machine lacks memory.
    func relieve(availableMiB: Int, totalMiB: Int) {
        let wanted = MemoryPressure.wantedMiB(availableMiB: availableMiB, totalMiB: totalMiB)
        guard wanted > 0, !self.isStopping else { return }
        self.waiting.relieve()
        let now = self.clock.monotonicNanoseconds
        let idle = self.pools.values.flatMap { pool in
            pool.machine.idle.prefix(max(0, pool.machine.environments - pool.provisioned)).compactMap {
                pool.environments[$0]
            }
            .map {
                (id: Idle.environment($0), benefit: pool.benefit(of: $0, now: now), residentMiB: $0.gauge.residentMiB)
            }
        }
        let templates = self.snapshots.idle.map { template in
            let residentMiB = template.gauge.residentMiB
            let activity = self.pools[PoolKey(revision: template.spec.revision)]?.record.activity
            return (
                id: Idle.snapshot(template.spec.revision),
                benefit: activity?.benefit(now: now, residentMiB: residentMiB) ?? 0, residentMiB: residentMiB
            )
        }
        for victim in MemoryPressure.victims(idle + templates, wantedMiB: wanted) {
            switch victim {
            case .environment(let environment): environment.retire()
            case .snapshot(let revision): self.snapshots.retire(revision: revision)
            }
        }
    }
}

extension Pool {
    fileprivate func benefit(of environment: Environment, now: UInt64) -> Double {
        self.record.activity.benefit(now: now, residentMiB: environment.gauge.residentMiB)
    }
}
