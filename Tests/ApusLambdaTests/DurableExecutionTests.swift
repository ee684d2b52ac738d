import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusLambda

/// Durable executions from their beginning to their end.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html and AWS's specification for SDKs.
@Suite struct DurableExecutionTests {
    @Test func `a step is kept and a wait passes without the function`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            guard invocation.status("w") == "SUCCEEDED" else {
                try await invocation.checkpoint([.step("s", "1"), .wait("w", 30)])
                return DurableInvocation.pending
            }
            return DurableInvocation.succeeded(invocation.status("s") ?? "")
        }
        let start = durable.bench.clock.now
        let arn = try durable.begin(#"{"n":1}"#)
        durable.bench.advance(seconds: 29)
        #expect(durable.script.invocations.count == 1)
        durable.bench.advance(seconds: 1)
        #expect(durable.script.times.map { $0 - start } == [0 as Int64, 30_000])
        let found = try durable.found(arn)
        #expect(found.status == "SUCCEEDED" && found.result == "SUCCEEDED" && found.inputPayload == #"{"n":1}"#)
        #expect(
            try durable.kinds(arn) == [
                "ExecutionStarted", "StepStarted", "StepSucceeded", "WaitStarted", "InvocationCompleted",
                "WaitSucceeded", "InvocationCompleted", "ExecutionSucceeded",
            ])
    }

    @Test func `a step is tried again after its delay`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            guard invocation.status("s") == "READY" else {
                try await invocation.checkpoint([.retry("s", after: 10)])
                return DurableInvocation.pending
            }
            try await invocation.checkpoint([.step("s", "2")])
            return DurableInvocation.succeeded("done")
        }
        let arn = try durable.begin()
        durable.bench.advance(seconds: 10)
        #expect(try durable.found(arn).status == "SUCCEEDED")
        #expect(durable.script.invocations.count == 2)
        let attempts = try durable.history(arn).compactMap {
            $0.stepFailedDetails?.retryDetails.currentAttempt ?? $0.stepSucceededDetails?.retryDetails.currentAttempt
        }
        #expect(attempts == [1, 2])
    }

    @Test func `an invocation that fails runs again, and the old token is refused`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            if invocation.number < 3 { return #"error {"errorMessage":"killed"}"# }
            return DurableInvocation.succeeded("done")
        }
        let start = durable.bench.clock.now
        let arn = try durable.begin()
        durable.bench.advance(seconds: 10)
        #expect(durable.script.times.map { $0 - start } == [0 as Int64, 1000, 3000])
        #expect(try durable.found(arn).status == "SUCCEEDED")
        let tokens = durable.script.invocations.map(\.token)
        #expect(Set(tokens).count == 3)
        for token in tokens.dropLast() {
            let input = CheckpointDurableExecutionInput(durableExecutionArn: arn, checkpointToken: token)
            let error = #expect(throws: ServiceError.self) {
                try durable.bench.run(CheckpointDurableExecution.self, input)
            }
            #expect(message(error) == "Invalid Checkpoint Token")
        }
    }

    @Test func `a function that waits for nothing fails`() throws {
        let durable = try DurableBench { _ in DurableInvocation.pending }
        let arn = try durable.begin()
        durable.bench.driver.settle()
        #expect(
            try durable.found(arn).error?.errorMessage == "Cannot return PENDING status with no pending operations.")
    }

    @Test func `an execution of an earlier release waits on`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            guard invocation.status("w") == "SUCCEEDED" else {
                if invocation.number == 1 { try await invocation.checkpoint([.wait("w", 30)]) }
                return invocation.number == 1 ? "error {}" : DurableInvocation.pending
            }
            return DurableInvocation.succeeded("done")
        }
        let arn = try durable.begin()
        durable.bench.driver.settle()
        try durable.bench.transact { (call) throws(ServiceError) in
            var record = try call.durable(arn: arn)
            record.open = nil
            try call.put(record)
        }
        durable.bench.advance(seconds: 5)
        #expect(durable.script.invocations.count == 2)
        #expect(try durable.found(arn).status == "RUNNING")
        durable.bench.advance(seconds: 30)
        #expect(try durable.found(arn).status == "SUCCEEDED")
    }

    @Test func `an execution that takes too long times out, and what it left does nothing`() throws {
        let durable = try DurableBench(timeoutSeconds: 5) { (invocation) throws(ServiceError) in
            try await invocation.checkpoint([.wait("w", 30)])
            return DurableInvocation.pending
        }
        let arn = try durable.begin()
        durable.bench.advance(seconds: 60)
        #expect(try durable.found(arn).status == "TIMED_OUT")
        #expect(durable.script.invocations.count == 1)
        #expect(try durable.kinds(arn).last == "ExecutionTimedOut")
    }

    @Test func `nothing of an execution is left when its retention is over`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            guard invocation.status("w") == "SUCCEEDED" else {
                try await invocation.checkpoint([.step("s", "1"), .wait("w", 1), .callback("c")])
                return DurableInvocation.pending
            }
            return DurableInvocation.succeeded("done")
        }
        let arn = try durable.begin(named: "once")
        durable.bench.advance(seconds: 86_399)
        #expect(try durable.found(arn).status == "SUCCEEDED")
        durable.bench.advance(seconds: 2)
        #expect(try durable.left() == 0)
        #expect(code(#expect(throws: ServiceError.self) { try durable.found(arn) }) == "ResourceNotFoundException")
        #expect(try durable.begin("1", named: "once") != arn)
    }

    @Test func `a stopped execution stays as it was`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            try await invocation.checkpoint([.callback("c", timeout: 5)])
            return DurableInvocation.pending
        }
        let arn = try durable.begin()
        durable.bench.driver.settle()
        let stop = StopDurableExecutionInput(
            durableExecutionArn: arn, error: ErrorObject(errorMessage: "enough", errorType: "Why"))
        let stopped = try durable.bench.run(StopDurableExecution.self, stop)
        durable.bench.advance(seconds: 10)
        #expect(try durable.bench.run(StopDurableExecution.self, stop).stopTimestamp == stopped.stopTimestamp)
        let found = try durable.found(arn)
        #expect(found.status == "STOPPED" && found.error?.errorType == "Why")
        #expect(found.endTimestamp == stopped.stopTimestamp && durable.script.invocations.count == 1)
    }

    @Test func `a name begins one execution`() throws {
        let durable = try DurableBench { _ in DurableInvocation.succeeded("done") }
        let arn = try durable.begin("1", named: "once")
        durable.bench.driver.settle()
        #expect(try durable.begin("1", named: "once") == arn)
        let error = #expect(throws: ServiceError.self) { try durable.begin("2", named: "once") }
        #expect(code(error) == "DurableExecutionAlreadyStartedException")
        #expect(durable.script.invocations.count == 1)
    }

    @Test func `functions are invoked, durable and plain`() throws {
        let durable = try DurableBench { (invocation) throws(ServiceError) in
            switch invocation.function {
            case "plain": return "7"
            case "inner": return DurableInvocation.succeeded("8")
            default:
                guard invocation.status("d") == "SUCCEEDED", invocation.status("p") == "SUCCEEDED" else {
                    if invocation.ids.isEmpty {
                        try await invocation.checkpoint([
                            .invoke("p", "plain", "1"), .invoke("d", "inner:$LATEST", "2"),
                            .invoke("none", "missing", "3"),
                        ])
                    }
                    return DurableInvocation.pending
                }
                return DurableInvocation.succeeded(invocation.status("none") ?? "")
            }
        }
        try durable.bench.makeFunction("plain", id: 8)
        try durable.bench.makeDurable("inner", id: 9)
        let arn = try durable.begin()
        durable.bench.driver.settle()
        let found = try durable.found(arn)
        #expect(found.status == "SUCCEEDED" && found.result == "FAILED")
        let results = try durable.history(arn).compactMap { $0.chainedInvokeSucceededDetails?.result.payload }
        #expect(Set(results) == ["7", "8"])
    }

    @Test(arguments: [true, false]) func `a destination is told the end`(isSuccess: Bool) throws {
        let durable = try DurableBench { _ in
            isSuccess ? DurableInvocation.succeeded("9") : #"{"Status":"FAILED","Error":{"ErrorMessage":"no"}}"#
        }
        let record = EventInvokeRecord(
            onSuccess: StoredQueues.arn("good"), onFailure: StoredQueues.arn("bad"),
            lastModified: durable.bench.clock.now)
        try durable.bench.transact { (call) throws(ServiceError) in
            try call.put(EventInvokeKey(function: 7, qualifier: "$LATEST"), record)
        }
        _ = try durable.begin(#"{"n":1}"#, isAsynchronous: true)
        durable.bench.driver.settle()
        let told = try durable.bench.transact { (call) throws(ServiceError) in
            try ["good", "bad"].map { (name) throws(ServiceError) in
                try call.page(StoredMessageKey.all(StoredQueues.arn(name)), limit: 10).map(\.value.body)
            }
        }
        #expect(told.map(\.count) == (isSuccess ? [1, 0] : [0, 1]))
        let body = try JSONValue(parsing: told.joined().first ?? "")
        #expect(body["requestPayload"] == ["n": 1])
        #expect(body["requestContext"]?["condition"]?.stringValue == (isSuccess ? "Success" : "RetriesExhausted"))
    }
}
