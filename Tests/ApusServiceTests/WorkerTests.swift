import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct WorkerTests {
    /// Moves a counter's value to another, as long as there is one.
    private struct Mover: Worker {
        let name = "mover"
        var channel: Channel? { Channel(CounterKey("from")) }

        func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
            guard let counter = try call.get(CounterKey("from")), counter.value > 0 else { return .idle }
            try call.put(CounterKey("from"), CounterRecord(counter.value - 1))
            try call.put(CounterKey("to"), CounterRecord((try call.get(CounterKey("to"))?.value ?? 0) + 1))
            return .more
        }
    }

    private func value(_ bench: TestBench) throws -> Int64 {
        try bench.transact { (call) throws(ServiceError) in try call.get(CounterKey("to"))?.value ?? 0 }
    }

    @Test func `a worker that sleeps is woken by its channel, each time`() throws {
        let bench = TestBench()
        let run = WorkerRun(Mover(), host: bench.host)
        bench.driver.settle()
        for expected: Int64 in [3, 6, 9] {
            _ = try bench.run(Add.self, Add.Input(name: "from", amount: 3))
            bench.driver.settle()
            #expect(try self.value(bench) == expected)
        }
        #expect(run.failures == 0)
    }

    @Test func `what was signalled while it worked is not missed`() throws {
        let bench = TestBench()
        let run = WorkerRun(Mover(), host: bench.host)
        for _ in 0..<20 {
            bench.host.perform(Add.self, Add.Input(name: "from", amount: 1), bench.context()) { _ in }
            _ = bench.driver.runOne()
        }
        bench.driver.settle()
        #expect(try self.value(bench) == 20)
        #expect(run.failures == 0)
    }
}
