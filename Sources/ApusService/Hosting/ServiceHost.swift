package import ApusBase
package import ApusStore
internal import Synchronization

/// What all services of one server share: the store, the ports, time and chance, the sealing key, timers.
///
/// Runs operations of each kind; the pipeline above it has authenticated and decoded, and will encode.
package final class ServiceHost: Sendable {
    package let store: Store
    package let ports: Ports
    package let sealing: SealingKey
    package let timers: TimerService
    package let broadcasts = Broadcasts()
    /// What tables may still use of their throughput; nil where nobody is held to it.
    package let allowances: Allowances?
    let hunches = PollHunches()
    let openPolls = OpenPolls()
    private let longReads: LongReads

    package var clock: any Clock { self.store.driver.clock }
    package var entropy: any Entropy { self.store.driver.entropy }
    package var driver: any Driver { self.store.driver }

    package init(store: Store, ports: Ports, sealing: SealingKey, allowances: Allowances? = nil) {
        self.store = store
        self.ports = ports
        self.sealing = sealing
        self.allowances = allowances
        self.timers = TimerService()
        self.longReads = LongReads(driver: store.driver)
        self.timers.start(host: self)
    }

    // MARK: Transactions

    /// Runs `body` at once on a snapshot.
    package func read<Result>(
        _ context: CallContext, budget: ReadBudget = .whole, _ body: (inout Call) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        let transaction: Transaction
        do throws(StoreError) { transaction = try self.store.readTransaction(budget: budget) } catch {
            throw .store(error)
        }
        var call = Call(context: context, host: self, transaction: transaction)
        return try body(&call)
    }

    /// Queues `body` for the writer; `completion` gets its answer once it is durable.
    package func write<Result: Sendable>(
        _ context: CallContext, _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Result,
        completion: @escaping @Sendable (Swift.Result<Result, ServiceError>) -> Void
    ) {
        let box = AnswerBox<Result>()
        self.store.write { transaction in
            self.run(context, body, box, &transaction)
        } completion: { failure in
            if let failure { completion(.failure(.store(failure))) } else { completion(box.answer!) }
        }
    }

    /// The async form of `write`.
    package func write<Result: Sendable>(
        _ context: CallContext, _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Swift.Result<Result, ServiceError>, Never>) in
            self.write(context, body) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    private func run<Result: Sendable>(
        _ context: CallContext, _ body: (inout Call) throws(ServiceError) -> Result, _ box: AnswerBox<Result>,
        _ transaction: inout Transaction
    ) -> Verdict {
        var call = Call(context: context, host: self, transaction: consume transaction)
        var verdict = Verdict.commit
        do throws(ServiceError) {
            box.answer = .success(try body(&call))
        } catch {
            box.answer = .failure(error)
            verdict = error.commits ? .commit : .rollback
        }
        transaction = call.takeTransaction()
        return verdict
    }

    // MARK: Operations

    /// Runs an operation. `completion` is called once: for one that reads at once, or from another thread where it reads much; for
    /// one that writes after the commit.
    package func perform<Op: Operation>(
        _ operation: Op.Type, _ input: __owned Op.Input, _ context: CallContext,
        completion: @escaping @Sendable (Result<Op.Output, ServiceError>) -> Void
    ) {
        switch Op.access {
        case .read:
            let result = self.result(operation, input, context, budget: .brief)
            guard case .failure(.store(.budgetExceeded)) = result else { return completion(result) }
            let isTaken = self.longReads.add {
                completion(self.result(operation, input, context, budget: .whole))
            }
            if !isTaken { completion(.failure(.store(.overloaded))) }
        case .write:
            self.write(context, { (call) throws(ServiceError) in try Op.run(input, in: &call) }, completion: completion)
        }
    }

    private func result<Op: Operation>(
        _ operation: Op.Type, _ input: Op.Input, _ context: CallContext, budget: ReadBudget
    ) -> Result<Op.Output, ServiceError> {
        Result { () throws(ServiceError) in
            try self.read(context, budget: budget) { (call) throws(ServiceError) in try Op.run(input, in: &call) }
        }
    }
}

extension Operation {
    /// Demands, then performs.
    package static func run(_ input: Input, in call: inout Call) throws(ServiceError) -> Output {
        for demand in try self.demands(input, in: &call).list { try call.require(demand) }
        return try self.perform(input, in: &call)
    }
}

/// Carries a body's answer past the commit.
private final class AnswerBox<Answer: Sendable>: @unchecked Sendable {
    // SAFETY: written by the writer while it runs the body, read by the completion after the commit: never at once.
    var answer: Result<Answer, ServiceError>?
}
