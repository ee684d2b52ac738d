import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization
import Testing

@testable import ApusLambda

/// Durable executions whose server dies between any two steps, again and again.
@Suite struct DurableSimulationTests {
    /// What functions were told, across crashes.
    private final class Notes: Sendable {
        private struct State {
            /// What each step of an execution came to, once a checkpoint was answered.
            var kept: [String: [String: String]] = [:]
            var broken: [String] = []
        }
        private let state = Mutex(State())

        var broken: [String] { self.state.withLock { $0.broken } }

        func keep(_ arn: String, _ id: String, _ result: String) {
            self.state.withLock { $0.kept[arn, default: [:]][id] = result }
        }

        /// Compares what an invocation is given with what was kept.
        func compare(_ invocation: DurableInvocation) {
            var given: [String: String] = [:]
            for operation in invocation.operations {
                if let id = operation["Id"]?.stringValue, let text = operation["StepDetails"]?["Result"]?.stringValue {
                    given[id] = text
                }
            }
            self.state.withLock { state in
                for (id, result) in state.kept[invocation.arn] ?? [:] where given[id] != result {
                    state.broken.append("\(id) was \(result) and is \(given[id] ?? "lost")")
                }
                state.kept[invocation.arn] = given
            }
        }
    }

    /// Three steps; a wait beside a callback and two other functions, one of them durable; and the end. A step's result tells which
    /// invocation ran it.
    private static func body(_ notes: Notes) -> DurableScript.Body {
        { (invocation) throws(ServiceError) in
            if invocation.function == "plain" { return "7" }
            notes.compare(invocation)
            if invocation.function == "inner" { return try await Self.runInner(&invocation, notes) }
            for id in ["a", "b", "c"] where invocation.status(id) == nil {
                let result = "\(invocation.token) \(invocation.number)"
                try await invocation.checkpoint([.step(id, result)])
                notes.keep(invocation.arn, id, result)
            }
            if invocation.status("w") == nil {
                try await invocation.checkpoint([
                    .wait("w", 20), .callback("k"), .invoke("p", "plain", "1"), .invoke("d", "inner:$LATEST", "2"),
                ])
            }
            let found = ["w", "k", "p", "d"].map { invocation.status($0) }
            let isOver = found.allSatisfy { $0 == "SUCCEEDED" }
            return isOver ? DurableInvocation.succeeded("done") : DurableInvocation.pending
        }
    }

    /// A step, a wait and the end.
    private static func runInner(
        _ invocation: inout DurableInvocation, _ notes: Notes
    ) async throws(ServiceError) -> String {
        if invocation.status("s") == nil {
            let result = "\(invocation.token) \(invocation.number)"
            try await invocation.checkpoint([.step("s", result)])
            notes.keep(invocation.arn, "s", result)
        }
        if invocation.status("w") == nil { try await invocation.checkpoint([.wait("w", 3)]) }
        return invocation.status("w") == "SUCCEEDED" ? DurableInvocation.succeeded("inner") : DurableInvocation.pending
    }

    /// Answers the callbacks that are there, some of which are answered already, without running a step.
    private func answerCallbacks(_ durable: DurableBench) throws {
        let context = durable.bench.context()
        let ids = try durable.bench.host.read(context) { (call) throws(ServiceError) in
            try call.page(DurableOperationKey.range(), limit: 1000).filter { $0.value.type == "CALLBACK" }
                .map { DurableTicket.make([$0.key.execution, $0.key.number, $0.value.secret]) }
        }
        for id in ids {
            let input = SendDurableExecutionCallbackSuccessInput(callbackId: id, result: Array("yes".utf8))
            durable.bench.host.perform(SendDurableExecutionCallbackSuccess.self, input, context) { _ in }
        }
    }

    /// Begins an execution without running a step; its ARN appears once it is acknowledged.
    private func begin(_ payload: String, on durable: DurableBench) -> ApusTestSupport.Answer<String> {
        let answer = ApusTestSupport.Answer<String>()
        durable.bench.host.write(
            durable.bench.context(),
            { (call) throws(ServiceError) in
                let event = IncomingEvent(payload: Array(payload.utf8), requestID: "request")
                let target = try call.target("f", qualifier: "$LATEST")
                return try DurableExecutions.begin(target, event, name: nil, isAsynchronous: false, in: &call).arn
            }, completion: { if case .success(let arn) = $0 { answer.set(arn) } })
        return answer
    }

    @Test(arguments: 1...30) func `no step that was kept is lost, and every execution ends once`(seed: UInt64) throws {
        let notes = Notes()
        var durable = try DurableBench(TestBench.lambda(seed: seed), Self.body(notes))
        try durable.bench.makeFunction("plain", id: 8)
        try durable.bench.makeDurable("inner", id: 9)
        var begun: [ApusTestSupport.Answer<String>] = []
        for round in 0..<8 {
            if round < 3 { begun.append(self.begin("\(round)", on: durable)) }
            if round % 2 == 1 { try self.answerCallbacks(durable) }
            // So many steps, and some time, then the crash.
            let chance = durable.bench.entropy
            for _ in 0..<Int(chance.below(60)) { _ = durable.bench.driver.runOne() }
            durable.bench.clock.set(durable.bench.clock.now + Int64(chance.below(15_000)))
            for _ in 0..<Int(chance.below(60)) { _ = durable.bench.driver.runOne() }
            let next = TestBench.lambda(seed: seed &* 31 &+ UInt64(round), after: durable.bench)
            durable = try DurableBench(next, isNew: false, Self.body(notes))
        }
        for _ in 0..<3 {
            durable.bench.advance(seconds: 30)
            try self.answerCallbacks(durable)
        }
        durable.bench.advance(seconds: 30)
        #expect(notes.broken.isEmpty)
        let arns = try self.executions(of: "f", on: durable)
        let inner = try self.executions(of: "inner", on: durable)
        #expect(Set(begun.compactMap(\.peek)).isSubset(of: arns))
        #expect(inner.count == arns.count, "each began one other")
        for arn in arns {
            try self.expect(
                [
                    "StepSucceeded": 3, "WaitSucceeded": 1, "CallbackSucceeded": 1, "ChainedInvokeStarted": 2,
                    "ChainedInvokeSucceeded": 2, "ExecutionSucceeded": 1,
                ], of: arn, on: durable)
        }
        for arn in inner {
            try self.expect(["StepSucceeded": 1, "WaitSucceeded": 1, "ExecutionSucceeded": 1], of: arn, on: durable)
        }
        let due = try durable.bench.transact { (call) throws(ServiceError) in
            try call.count(DurableDueKey.range(), limit: 10)
        }
        #expect(due == 0)
    }

    private func executions(of function: String, on durable: DurableBench) throws -> [String] {
        let list = ListDurableExecutionsByFunctionInput(functionName: function)
        let found = try durable.bench.run(ListDurableExecutionsByFunction.self, list).durableExecutions
        return found?.map(\.durableExecutionArn) ?? []
    }

    private func expect(_ counts: [String: Int], of arn: String, on durable: DurableBench) throws {
        let kinds = try durable.kinds(arn)
        for (kind, count) in counts {
            #expect(kinds.filter { $0 == kind }.count == count, "\(kind) of \(arn)")
        }
    }

    @Test func `one execution after the other runs at once, however many have run`() throws {
        let durable = try DurableBench { _ in DurableInvocation.succeeded("done") }
        for number in 0..<600 {
            let arn = try durable.begin("\(number)")
            durable.bench.driver.settle()
            #expect(try durable.found(arn).status == "SUCCEEDED")
            if number % 100 == 0 { durable.bench.advance(seconds: 70) }
        }
    }

    @Test func `more executions than run at once are all run`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            guard invocation.status("w") == "SUCCEEDED" else {
                try await invocation.checkpoint([.wait("w", 1)])
                return DurableInvocation.pending
            }
            return DurableInvocation.succeeded("done")
        }
        let arns = try (0..<600).map { try durable.begin("\($0)") }
        durable.bench.advance(seconds: 2)
        #expect(try arns.allSatisfy { try durable.found($0).status == "SUCCEEDED" })
    }
}
