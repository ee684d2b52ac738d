package import ApusBase
internal import Synchronization

/// The driver of a simulation: one loop on the caller's thread that runs a randomly chosen ready step at a time and lets time
/// jump to the next alarm when none is ready. The same seed gives the same run.
package final class SimulationDriver: Driver {
    private struct Slot {
        var step: Step
        var outcome: StepOutcome = .again
    }
    private let slots = Mutex<[Slot]>([])
    private let manualClock: ManualClock
    /// Made with the first task, so that simulations without tasks run as if there were none.
    private let executor = Mutex<SimulationExecutor?>(nil)
    package let entropy: any Entropy
    package var clock: any Clock { self.manualClock }

    /// - Parameter clock: advanced by the driver; shared with the test so that it outlives a simulated crash.
    package init(clock: ManualClock, entropy: any Entropy) {
        self.manualClock = clock
        self.entropy = entropy
    }

    package func add(_ step: Step) {
        let index = self.slots.withLock { slots in
            slots.append(Slot(step: step))
            return slots.count - 1
        }
        step.attach { [weak self] in
            self?.slots.withLock { slots in
                if index < slots.count { slots[index].outcome = .again }
            }
        }
    }

    /// The order of steps is chance's anyway.
    package func letOthersRun() {}

    package func spawn(_ body: @escaping @Sendable () async -> Void) {
        let (executor, isNew) = self.executor.withLock { stored in
            if let executor = stored { return (executor, false) }
            let executor = SimulationExecutor(entropy: self.entropy)
            stored = executor
            return (executor, true)
        }
        if isNew { self.add(executor.makeStep()) }
        Task(executorPreference: executor) { await body() }
    }

    /// Runs one ready step; false when none is ready at the present time.
    package func runOne() -> Bool {
        let now = self.manualClock.now
        let chosen: (Int, Step)? = self.slots.withLock { slots in
            let ready = slots.indices.filter { index in
                switch slots[index].outcome {
                case .again: true
                case .idle: false
                case .sleep(let until): until <= now
                }
            }
            guard !ready.isEmpty else { return nil }
            let index = ready[Int(self.entropy.below(UInt64(ready.count)))]
            slots[index].outcome = .idle
            return (index, slots[index].step)
        }
        guard let (index, step) = chosen else { return false }
        let outcome = step.run()
        self.slots.withLock { slots in
            // A wake during the run counts for the next one.
            if index < slots.count, slots[index].outcome == .idle { slots[index].outcome = outcome }
        }
        return true
    }

    /// Runs until nothing is ready at the present time, at most `limit` steps.
    package func settle(limit: Int = 100_000) {
        var steps = 0
        while steps < limit, self.runOne() { steps += 1 }
        precondition(steps < limit, "the simulation does not settle")
    }

    /// Settles, and again at each alarm until `time`, at which the clock stands then.
    package func run(until time: Timestamp) {
        self.settle()
        while let next = self.nextAlarm, next <= time {
            self.passTime(until: next)
            self.settle()
        }
        self.passTime(until: time)
        self.settle()
    }

    /// On both clocks, unless it is over already.
    private func passTime(until time: Timestamp) {
        let milliseconds = time - self.manualClock.now
        if milliseconds > 0 { self.manualClock.advance(milliseconds: milliseconds) }
    }

    /// The earliest time for which a step sleeps.
    package var nextAlarm: Timestamp? {
        self.slots.withLock { slots in
            slots.compactMap { slot in
                if case .sleep(let until) = slot.outcome { return until }
                return nil
            }.min()
        }
    }

    /// Forgets every step and task, as a crash does.
    package func crash() { self.slots.withLock { $0.removeAll() } }
}
