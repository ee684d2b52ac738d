import ApusSandbox
import Testing

@Suite struct PoolMachineTests {
    private let millisecond: UInt64 = 1_000_000

    /// A pool with environments 1…count ready, 1 least recently used.
    private func pool(maximum: Int, ready count: UInt64) -> PoolMachine {
        var pool = PoolMachine(maximum: maximum)
        for id in 0..<count {
            pool.started(id + 1)
            #expect(pool.becameReady(id + 1) == nil)
        }
        return pool
    }

    @Test func `the most recently used environment comes first`() {
        var pool = self.pool(maximum: 5, ready: 3)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .run(3))
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .run(2))
        #expect(pool.becameReady(3) == nil)
        #expect(pool.invoke(102, now: 0, machineHasRoom: true) == .run(3))
        #expect(pool.leastRecentlyUsed == 1)
    }

    @Test func `without a ready environment a new one is started up to the maximum, then invocations are throttled`() {
        var pool = PoolMachine(maximum: 2)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .start)
        pool.started(1)
        #expect(pool.becameReady(1) == 100)
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .start)
        pool.started(2)
        #expect(pool.becameReady(2) == 101)
        #expect(pool.invoke(102, now: 0, machineHasRoom: true) == .throttle)
    }

    @Test func `a full machine throttles unless something is starting`() {
        var pool = PoolMachine(maximum: 5)
        #expect(pool.invoke(100, now: 0, machineHasRoom: false) == .throttle)
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .start)
        pool.started(1)
        #expect(pool.invoke(102, now: 0, machineHasRoom: false) == .wait)
    }

    @Test func `whoever waits longest gets the first environment that is free, started for it or not`() {
        var pool = self.pool(maximum: 3, ready: 1)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .run(1))
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .start)
        pool.started(2)
        #expect(pool.invoke(102, now: 0, machineHasRoom: true) == .start)
        pool.started(3)
        #expect(pool.becameReady(1) == 101)
        #expect(pool.becameReady(3) == 102)
        #expect(pool.becameReady(2) == nil)
    }

    @Test func `the queue for environments that are starting is bounded`() {
        var pool = PoolMachine(maximum: 1, waitingLimit: 2)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .start)
        pool.started(1)
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .wait)
        #expect(pool.invoke(102, now: 0, machineHasRoom: true) == .wait)
        #expect(pool.invoke(103, now: 0, machineHasRoom: true) == .throttle)
    }

    @Test func `where invocations are short, waiting for a busy environment comes before starting one`() {
        var pool = self.pool(maximum: 3, ready: 1)
        pool.finished(nanoseconds: 100_000)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .run(1))
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .wait)
        #expect(pool.deadline == PoolMachine.patienceNanoseconds)
        #expect(pool.startsDue(now: 1) == 0)
        #expect(pool.becameReady(1) == 101)
        #expect(pool.deadline == nil)
    }

    @Test func `patience ends: an environment is started for whoever still waits`() {
        var pool = self.pool(maximum: 3, ready: 1)
        pool.finished(nanoseconds: 100_000)
        _ = pool.invoke(100, now: 0, machineHasRoom: true)
        _ = pool.invoke(101, now: 0, machineHasRoom: true)
        #expect(pool.startsDue(now: PoolMachine.patienceNanoseconds) == 1)
        pool.started(2)
        #expect(pool.startsDue(now: PoolMachine.patienceNanoseconds) == 0)
        #expect(pool.becameReady(2) == 101)
    }

    @Test func `an environment that was started for somebody who has been served is not started a second time`() {
        var pool = self.pool(maximum: 9, ready: 1)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .run(1))
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .start)
        pool.started(2)
        #expect(pool.becameReady(1) == 101)
        #expect(pool.invoke(102, now: 0, machineHasRoom: true) == .wait)
        #expect(pool.invoke(103, now: 0, machineHasRoom: true) == .start)
    }

    @Test func `a queue that would take too long is not joined`() {
        var pool = self.pool(maximum: 9, ready: 1)
        pool.finished(nanoseconds: 200_000)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .run(1))
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .wait)
        #expect(pool.invoke(102, now: 0, machineHasRoom: true) == .wait)
        #expect(pool.invoke(103, now: 0, machineHasRoom: true) == .start)
    }

    @Test func `long invocations are not waited for`() {
        var pool = self.pool(maximum: 3, ready: 1)
        pool.finished(nanoseconds: 50 * self.millisecond)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .run(1))
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .start)
    }

    @Test func `a failed start takes the oldest waiting invocation with it and the others get another start`() {
        var pool = PoolMachine(maximum: 1)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .start)
        pool.started(1)
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .wait)
        pool.gone(1)
        #expect(pool.takeOldest() == 100)
        #expect(pool.startsDue(now: 0) == 1)
    }

    @Test func `an environment that has gone is not chosen`() {
        var pool = self.pool(maximum: 3, ready: 2)
        pool.gone(2)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .run(1))
        pool.gone(1)
        #expect(pool.environments == 0)
        #expect(pool.isEmpty)
    }
}
