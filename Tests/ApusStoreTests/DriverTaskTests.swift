import ApusBase
import ApusStore
import Synchronization
import Testing

@Suite struct DriverTaskTests {
    /// A place where a task waits until the test opens it.
    private final class Gate: Sendable {
        private let waiting = Mutex<CheckedContinuation<Void, Never>?>(nil)
        func wait() async {
            await withCheckedContinuation { continuation in self.waiting.withLock { $0 = continuation } }
        }
        func open() { self.waiting.withLock { $0.take() }?.resume() }
    }

    private func simulation(seed: UInt64 = 1) -> SimulationDriver {
        SimulationDriver(clock: ManualClock(Timestamp(milliseconds: 0)), entropy: SeededEntropy(seed: seed))
    }

    @Test func `a simulated task runs only while the driver does`() {
        let driver = self.simulation()
        let seen = Mutex<[String]>([])
        let gate = Gate()
        driver.spawn {
            seen.withLock { $0.append("begun") }
            await gate.wait()
            seen.withLock { $0.append("ended") }
        }
        #expect(seen.withLock { $0 } == [])
        driver.settle()
        #expect(seen.withLock { $0 } == ["begun"])
        gate.open()
        #expect(seen.withLock { $0 } == ["begun"])
        driver.settle()
        #expect(seen.withLock { $0 } == ["begun", "ended"])
    }

    @Test func `tasks interleave as the seed says`() {
        func order(seed: UInt64) -> [Int] {
            let driver = self.simulation(seed: seed)
            let seen = Mutex<[Int]>([])
            for number in 0..<8 { driver.spawn { seen.withLock { $0.append(number) } } }
            driver.settle()
            return seen.withLock { $0 }
        }
        #expect(order(seed: 1) == order(seed: 1))
        #expect(order(seed: 1) != order(seed: 2))
        #expect(order(seed: 1).sorted() == Array(0..<8))
    }

    @Test func `a crash ends every simulated task where it is`() {
        let driver = self.simulation()
        let seen = Mutex<[String]>([])
        driver.spawn { seen.withLock { $0.append("never") } }
        driver.crash()
        driver.settle()
        #expect(seen.withLock { $0 } == [])
    }

    @Test func `a task of the thread driver runs by itself`() async {
        let driver = ThreadDriver(clock: SystemClock(), entropy: SystemEntropy())
        await withCheckedContinuation { continuation in driver.spawn { continuation.resume() } }
        driver.stop()
    }
}
