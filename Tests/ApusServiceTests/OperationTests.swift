import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization
import Testing

@Suite struct OperationTests {
    let denied = ServiceError.api(APIError("Refused", status: 400, message: "no"))

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `an operation counts once although its body runs again`(seed: UInt64) throws {
        let bench = TestBench(seed: seed)
        for expected in 1...20 as ClosedRange<Int64> {
            #expect(try bench.run(Add.self, .init(name: "a")) == expected)
        }
    }

    @Test func `an error undoes what the operation wrote`() throws {
        let bench = TestBench()
        #expect(throws: self.denied) { try bench.run(Add.self, .init(name: "a", failure: self.denied)) }
        #expect(try bench.run(Add.self, .init(name: "a")) == 1)
    }

    @Test func `a committing error keeps what the operation wrote`() throws {
        let bench = TestBench()
        #expect(throws: self.denied.committing) {
            try bench.run(Add.self, .init(name: "a", failure: self.denied.committing))
        }
        #expect(try bench.run(Add.self, .init(name: "a")) == 2)
    }

    @Test func `a refused demand stops the operation before it writes`() throws {
        let authorizer = RecordingAuthorizer(refusing: ["test:Add"])
        let bench = TestBench { $0.authorizer = authorizer }
        let error = #expect(throws: ServiceError.self) { try bench.run(Add.self, .init(name: "a")) }
        #expect(error?.apiError?.code == "AccessDeniedException")
        authorizer.refuse([])
        #expect(try bench.run(Add.self, .init(name: "a")) == 1)
    }

    @Test func `a part that fails is undone and the rest stays`() throws {
        let bench = TestBench()
        let failure = self.denied
        try bench.transact { (call) throws(ServiceError) in
            try call.put(CounterKey("outer"), CounterRecord(1))
            _ = call.attempt { (call) throws(ServiceError) in
                try call.put(CounterKey("inner"), CounterRecord(1))
                throw failure
            }
        }
        let seen = try bench.transact { (call) throws(ServiceError) in
            (try call.contains(CounterKey("outer")), try call.contains(CounterKey("inner")))
        }
        #expect(seen == (true, false))
    }

    @Test func `acting as another principal ends with the part`() throws {
        let bench = TestBench()
        let service = Principal.service(
            ServiceIdentity(name: "lambda.amazonaws.com", sourceARN: nil, sourceAccount: nil))
        let names = try bench.transact { (call) throws(ServiceError) in
            let inside = try call.acting(as: service) { (call) throws(ServiceError) in call.principal.arn }
            return [inside, call.principal.arn]
        }
        #expect(names == ["lambda.amazonaws.com", "arn:aws:iam::123456789012:root"])
    }

    @Test func `a write past the writer's queue is answered with a throttling error at once, and the others are done`() {
        let bench = TestBench()
        let context = CallContext.system(bench.host, now: bench.host.clock.now)
        let answers = Answers()
        for number in 0...StoreLimits.waitingBodies {
            bench.host.write(context) { (call) throws(ServiceError) in
                try call.put(CounterKey("a"), CounterRecord(Int64(number)))
            } completion: { result in
                answers.add(result)
            }
        }
        #expect(answers.failures.map(\.code) == ["ThrottlingException"])
        #expect(answers.failures.first?.status == 400)
        bench.advance(seconds: 1)
        #expect(answers.successes == StoreLimits.waitingBodies)
        #expect(answers.failures.count == 1)
    }

    private final class Answers: Sendable {
        private let state = Mutex((successes: 0, failures: [APIError]()))
        var successes: Int { self.state.withLock { $0.successes } }
        var failures: [APIError] { self.state.withLock { $0.failures } }
        func add(_ result: Result<Void, ServiceError>) {
            self.state.withLock { state in
                switch result {
                case .success: state.successes += 1
                case .failure(let error): state.failures.append(error.answer)
                }
            }
        }
    }

    @Test(arguments: [MemoryStorage.Fault.full, .lostThenUnknown, .keptThenUnknown])
    func `a failed commit is never answered as success`(fault: MemoryStorage.Fault) throws {
        let bench = TestBench()
        bench.storage.failNextCommit(fault)
        #expect(throws: ServiceError.self) { try bench.run(Add.self, .init(name: "a")) }
        bench.advance(seconds: 2)
        let expected: Int64 = if case .keptThenUnknown = fault { 2 } else { 1 }
        #expect(try bench.run(Add.self, .init(name: "a")) == expected)
    }
}
