package import ApusBase
package import ApusService
package import ApusStore
internal import Synchronization

/// A server without a wire: a memory store that re-runs bodies, a simulation driver, a clock set by hand.
///
/// Single-threaded: every call runs the driver until the answer is there.
package final class TestBench: Sendable {
    package static let account = "123456789012"
    package static let region = "eu-west-1"

    package let clock: ManualClock
    package let entropy: SeededEntropy
    package let storage: MemoryStorage
    package let driver: SimulationDriver
    package let host: ServiceHost
    package let ports: Ports

    /// - Parameters:
    ///   - storage: pass an earlier bench's storage and clock to see what a crash left. What was applied and not yet
    ///     durable is kept or lost, as the seed says.
    ///   - allowances: where throughput is to be enforced.
    ///   - ports: changes the stand-ins to the real thing where a test needs it.
    package init(
        seed: UInt64 = 1, storage: MemoryStorage = MemoryStorage(),
        clock: ManualClock = ManualClock(Timestamp(milliseconds: 1_767_225_600_000)), allowances: Allowances? = nil,
        ports configure: (inout Ports) -> Void = { _ in }
    ) {
        self.clock = clock
        self.entropy = SeededEntropy(seed: seed)
        self.storage = storage
        storage.crash(SeededEntropy(seed: seed &+ 3))
        self.driver = SimulationDriver(clock: clock, entropy: SeededEntropy(seed: seed &+ 1))
        var ports = Ports.standIns()
        configure(&ports)
        self.ports = ports
        let store = Store(storage: storage, driver: self.driver, rerun: SeededEntropy(seed: seed &+ 2))
        self.host = ServiceHost(
            store: store, ports: ports, sealing: SealingKey(key: Array(repeating: 7, count: 32), entropy: self.entropy),
            allowances: allowances)
    }

    /// The facts of a request made now by `principal` (the account's root when nil).
    package func context(
        as principal: Principal? = nil, account: String = TestBench.account, region: String = TestBench.region
    ) -> CallContext {
        CallContext(
            principal: principal ?? .root(account: account), account: account, region: region,
            requestID: "00000000-0000-4000-8000-000000000000", now: self.clock.now, sourceIP: "127.0.0.1")
    }

    /// Runs an operation and returns its answer, or throws its error.
    package func run<Op: Operation>(
        _ operation: Op.Type, _ input: Op.Input, as principal: Principal? = nil,
        account: String = TestBench.account, region: String = TestBench.region
    ) throws(ServiceError) -> Op.Output {
        let answer = Answer<Result<Op.Output, ServiceError>>()
        self.host.perform(operation, input, self.context(as: principal, account: account, region: region)) {
            answer.set($0)
        }
        self.driver.settle()
        return try answer.taken().get()
    }

    /// Runs a body in a transaction and returns what it answered.
    package func transact<Result: Sendable>(
        as principal: Principal? = nil, _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        let answer = Answer<Swift.Result<Result, ServiceError>>()
        self.host.write(self.context(as: principal), body) { answer.set($0) }
        self.driver.settle()
        return try answer.taken().get()
    }

    /// Starts a poll; the answer appears in the returned box once it is there.
    package func poll<Op: PollOperation>(
        _ operation: Op.Type, _ input: Op.Input, as principal: Principal? = nil
    ) -> (answer: Answer<Result<Op.Output, ServiceError>>, handle: PollHandle?) {
        let answer = Answer<Result<Op.Output, ServiceError>>()
        let handle = self.host.poll(operation, input, self.context(as: principal)) { answer.set($0) }
        self.driver.settle()
        return (answer, handle)
    }

    /// Lets time pass: every timer, alarm and worker on the way runs.
    package func advance(milliseconds: Int64) { self.driver.run(until: self.clock.now + milliseconds) }
    package func advance(seconds: Int64) { self.advance(milliseconds: seconds * 1000) }
}

/// A place for one answer.
package final class Answer<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    package init() {}
    package func set(_ value: Value) {
        self.value.withLock { stored in
            precondition(stored == nil, "answered twice")
            stored = value
        }
    }
    /// The answer, or nil while there is none.
    package var peek: Value? { self.value.withLock { $0 } }
    /// The answer, which must be there.
    package func taken() -> Value {
        guard let value = self.peek else { preconditionFailure("no answer: the driver settled without one") }
        return value
    }
}
