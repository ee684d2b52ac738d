import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusLambda

/// Checkpoints, callbacks, states, histories and lists of durable executions.
@Suite struct DurableOperationTests {
    /// An execution whose function has checkpointed once, and what its next token is.
    private func open(_ updates: [OperationUpdate]) throws -> (durable: DurableBench, arn: String, token: String) {
        let token = ApusTestSupport.Answer<String>()
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            guard invocation.number == 1 else { return DurableInvocation.pending }
            try await invocation.checkpoint(updates + [.callback("open")])
            token.set(invocation.token)
            return DurableInvocation.pending
        }
        let arn = try durable.begin()
        durable.bench.driver.settle()
        return (durable, arn, token.taken())
    }

    private func checkpoint(
        _ durable: DurableBench, _ arn: String, _ token: String, _ updates: [OperationUpdate], client: String? = nil
    ) throws(ServiceError) -> CheckpointDurableExecutionOutput {
        try durable.bench.run(
            CheckpointDurableExecution.self,
            CheckpointDurableExecutionInput(
                durableExecutionArn: arn, checkpointToken: token, updates: updates, clientToken: client))
    }

    @Test func `a token is good once, and a client token gets the same answer again`() throws {
        let (durable, arn, token) = try self.open([])
        let first = try self.checkpoint(durable, arn, token, [.step("s", "1")], client: "a")
        let again = try self.checkpoint(durable, arn, token, [.step("s", "1")], client: "a")
        #expect(first.checkpointToken == again.checkpointToken && first.checkpointToken != token)
        #expect(again.newExecutionState.operations?.map(\.id) == ["s"])
        #expect(try durable.kinds(arn).filter { $0 == "StepSucceeded" }.count == 1)
        for client in ["b", nil] {
            let error = #expect(throws: ServiceError.self) {
                try self.checkpoint(durable, arn, token, [.step("t", "1")], client: client)
            }
            #expect(message(error) == "Invalid Checkpoint Token")
        }
    }

    @Test func `a checkpoint tells what happened since the last`() throws {
        let (durable, arn, token) = try self.open([.wait("w", 5), .callback("c")])
        let id = try #require(try durable.callbackID(arn))
        // The function of this test is not running, and has not been told: the next invocation would be, with a new token.
        try durable.bench.transact { (call) throws(ServiceError) in
            let ticket = DurableTicket.read(id, count: 3) ?? []
            try call.complete(ticket[0], ticket[1], status: "SUCCEEDED", result: "yes")
            let state = try CheckpointDurableExecution.perform(
                CheckpointDurableExecutionInput(durableExecutionArn: arn, checkpointToken: token), in: &call)
            #expect(state.newExecutionState.operations?.map(\.id) == ["c"])
            #expect(state.newExecutionState.operations?.first?.callbackDetails?.result == "yes")
        }
    }

    @Test func `what an operation may not do is refused`() throws {
        let (durable, arn, token) = try self.open([.step("s", "1")])
        let long = String(repeating: "x", count: DurableLimits.payloadBytes + 1)
        let refused: [(OperationUpdate, String)] = [
            (.step("s", "2"), "over already"), (.wait("s", 1), "another type"), (.step("t", long), "payload size"),
            (.step("t", "1", parent: "none"), "parent"),
            (OperationUpdate(id: "w", type: "WAIT", action: "START"), "WaitOptions"),
            (OperationUpdate(id: "c", type: "CALLBACK", action: "SUCCEED"), "Invalid action"),
            (OperationUpdate(id: "e", type: "EXECUTION", action: "START"), "Invalid action"),
            (OperationUpdate(id: "i", type: "CHAINED_INVOKE", action: "START"), "ChainedInvokeOptions"),
        ]
        for (update, text) in refused {
            let error = #expect(throws: ServiceError.self) { try self.checkpoint(durable, arn, token, [update]) }
            #expect(code(error) == "InvalidParameterValueException" && message(error)?.contains(text) == true)
        }
        // None of them took anything with it.
        #expect(try self.checkpoint(durable, arn, token, [.step("t", "1")]).checkpointToken != nil)
    }

    // The SDK asks GetDurableExecutionState for what a checkpoint's answer had no room for, with that answer's token and marker.
    @Test func `what a checkpoint's answer has no room for is asked for page by page`() throws {
        let (durable, arn, token) = try self.open([])
        let text = String(repeating: "x", count: DurableLimits.payloadBytes)
        let ids = (0..<40).map { "s\($0)" }
        let answer = try self.checkpoint(durable, arn, token, ids.map { .step($0, text) }, client: "a")
        let first = answer.newExecutionState.operations ?? []
        #expect(first.count == 15 && answer.newExecutionState.nextMarker != nil)
        let again = try self.checkpoint(durable, arn, token, ids.map { .step($0, text) }, client: "a")
        #expect(again == answer)
        var found = first.map(\.id)
        var marker = answer.newExecutionState.nextMarker
        var sizes: [Int] = []
        while let place = marker {
            let page = try durable.bench.run(
                GetDurableExecutionState.self,
                GetDurableExecutionStateInput(
                    durableExecutionArn: arn, checkpointToken: answer.checkpointToken ?? "", marker: place, maxItems: 10
                ))
            sizes.append(page.operations.count)
            found += page.operations.map(\.id)
            marker = page.nextMarker
        }
        #expect(found == ids && sizes == [10, 10, 5])
        for (old, place) in [
            (token, answer.newExecutionState.nextMarker), (answer.checkpointToken ?? "", "dG91Y2hlZCA="),
        ] {
            let error = #expect(throws: ServiceError.self) {
                try durable.bench.run(
                    GetDurableExecutionState.self,
                    GetDurableExecutionStateInput(durableExecutionArn: arn, checkpointToken: old, marker: place))
            }
            #expect(code(error) == "InvalidParameterValueException")
        }
    }

    @Test func `an execution has no more operations than it may have`() throws {
        let (durable, arn, token) = try self.open([])
        var next = token
        for portion in 0..<3 {
            let count = portion == 2 ? 999 : 1000
            let updates = (0..<count).map { OperationUpdate.step("s\(portion)-\($0)", "1") }
            next = try self.checkpoint(durable, arn, next, updates).checkpointToken ?? ""
        }
        let error = #expect(throws: ServiceError.self) { try self.checkpoint(durable, arn, next, [.step("last", "1")]) }
        #expect(code(error) == "InvalidParameterValueException")
    }

    @Test func `the end may come by a checkpoint, after which there is no token`() throws {
        let (durable, arn, token) = try self.open([])
        let end = OperationUpdate(id: "e", type: "EXECUTION", action: "SUCCEED", payload: "5")
        #expect(try self.checkpoint(durable, arn, token, [end]).checkpointToken == nil)
        let found = try durable.found(arn)
        #expect(found.status == "SUCCEEDED" && found.result == "5")
        #expect(try self.checkpoint(durable, arn, token, [.step("s", "1")]).checkpointToken == nil)
        #expect(try durable.kinds(arn).filter { $0 == "StepStarted" }.isEmpty)
    }

    @Test func `children of a completed context are told only where it says so, in pages`() throws {
        var updates: [OperationUpdate] = [.context("closed", "START"), .context("told", "START")]
        updates += (0..<5).map { .step("a\($0)", "1", parent: "closed") }
        updates += (0..<3).map { .step("b\($0)", "1", parent: "told") }
        updates += [.context("closed", "SUCCEED"), .context("told", "SUCCEED", replays: true)]
        let (durable, arn, token) = try self.open(updates)
        var ids: [String] = []
        var pages = 0
        var marker: String?
        repeat {
            let page = try durable.bench.run(
                GetDurableExecutionState.self,
                GetDurableExecutionStateInput(
                    durableExecutionArn: arn, checkpointToken: token, marker: marker, maxItems: 4))
            ids += page.operations.map(\.id)
            marker = page.nextMarker
            pages += 1
        } while marker != nil
        #expect(ids.dropFirst() == ["closed", "told", "b0", "b1", "b2", "open"])
        #expect(pages == 3)
    }

    @Test func `a callback is completed once`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            guard let status = invocation.status("c"), status != "STARTED" else {
                if invocation.ids.isEmpty { try await invocation.checkpoint([.callback("c", timeout: 60)]) }
                return DurableInvocation.pending
            }
            return DurableInvocation.succeeded(status)
        }
        let arn = try durable.begin()
        durable.bench.driver.settle()
        let id = try #require(try durable.callbackID(arn))
        let success = SendDurableExecutionCallbackSuccessInput(callbackId: id, result: Array("yes".utf8))
        _ = try durable.bench.run(SendDurableExecutionCallbackSuccess.self, success)
        for _ in 0..<2 {
            let error = #expect(throws: ServiceError.self) {
                try durable.bench.run(SendDurableExecutionCallbackSuccess.self, success)
            }
            #expect(code(error) == "CallbackTimeoutException")
            durable.bench.advance(seconds: 100)
        }
        #expect(try durable.found(arn).result == "SUCCEEDED")
        #expect(durable.script.invocations.count == 2)
        let error = #expect(throws: ServiceError.self) {
            try durable.bench.run(
                SendDurableExecutionCallbackFailure.self, SendDurableExecutionCallbackFailureInput(callbackId: "AAAA"))
        }
        #expect(code(error) == "InvalidParameterValueException")
    }

    @Test func `a callback lives as long as it gives signs of life, and no longer than its time-out`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            guard let status = invocation.status("c"), status != "STARTED" else {
                if invocation.ids.isEmpty {
                    try await invocation.checkpoint([.callback("c", timeout: 100, heartbeat: 10)])
                }
                return DurableInvocation.pending
            }
            return DurableInvocation.succeeded(status)
        }
        let start = durable.bench.clock.now
        let (silent, alive) = (try durable.begin(), try durable.begin())
        durable.bench.driver.settle()
        let id = try #require(try durable.callbackID(alive))
        for _ in 0..<12 {
            durable.bench.advance(seconds: 8)
            let beat = SendDurableExecutionCallbackHeartbeatInput(callbackId: id)
            _ = try durable.bench.run(SendDurableExecutionCallbackHeartbeat.self, beat)
        }
        durable.bench.advance(seconds: 20)
        let ends = try [silent, alive].map { try durable.found($0).endTimestamp.map { $0 - start } }
        #expect(ends == [10_000, 100_000])
        #expect(try durable.found(alive).result == "TIMED_OUT")
        #expect(try durable.kinds(alive).contains("CallbackTimedOut"))
    }

    @Test func `a history is read in pages, in both directions`() throws {
        let (durable, arn, _) = try self.open([.step("a", "1"), .step("b", "2")])
        let all = try durable.kinds(arn)
        for isReversed in [false, true] {
            var kinds: [String] = []
            var marker: String?
            repeat {
                let page = try durable.bench.run(
                    GetDurableExecutionHistory.self,
                    GetDurableExecutionHistoryInput(
                        durableExecutionArn: arn, includeExecutionData: false, maxItems: 2, marker: marker,
                        reverseOrder: isReversed))
                #expect(page.events.count <= 2)
                #expect(page.events.allSatisfy { $0.stepSucceededDetails?.result.payload == nil })
                kinds += page.events.compactMap(\.eventType)
                marker = page.nextMarker
            } while marker != nil
            #expect(kinds == (isReversed ? all.reversed() : all))
        }
    }

    @Test func `a list goes on where it ended, though that execution is no longer kept`() throws {
        let durable = try DurableBench { _ in DurableInvocation.succeeded("done") }
        var arns: [String] = []
        for number in 0..<4 {
            arns.append(try durable.begin(named: "n\(number)"))
            durable.bench.advance(seconds: 100)
        }
        func list(_ marker: String?, _ reversed: Bool = false) throws -> ListDurableExecutionsByFunctionOutput {
            try durable.bench.run(
                ListDurableExecutionsByFunction.self,
                ListDurableExecutionsByFunctionInput(
                    functionName: "f", reverseOrder: reversed, marker: marker, maxItems: 2))
        }
        let first = try list(nil)
        #expect(first.durableExecutions?.map(\.durableExecutionArn) == Array(arns.prefix(2)))
        #expect(try list(nil, true).durableExecutions?.map(\.durableExecutionArn) == [arns[3], arns[2]])
        durable.bench.advance(seconds: 86_400 - 250)
        let second = try list(first.nextMarker)
        #expect(second.durableExecutions?.map(\.durableExecutionArn) == Array(arns.suffix(2)))
        #expect(second.nextMarker == nil)
        #expect(code(#expect(throws: ServiceError.self) { try list("AAAA") }) == "InvalidParameterValueException")
    }
}
