import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct TimerTests {
    /// A timer of this kind adds one to the counter that its payload names.
    func count(on bench: TestBench) {
        bench.host.timers.handle(.lambdaInvocation) { (payload, call) throws(ServiceError) in
            let key = CounterKey(String(decoding: payload, as: UTF8.self))
            try call.put(key, CounterRecord((try call.get(key)?.value ?? 0) + 1))
        }
    }

    func value(_ name: String, on bench: TestBench) throws -> Int64 {
        try bench.transact { (call) throws(ServiceError) in try call.get(CounterKey(name))?.value ?? 0 }
    }

    func set(_ name: String, seconds: Int64, on bench: TestBench) throws -> TimerKey {
        try bench.transact { (call) throws(ServiceError) in
            try call.setTimer(.lambdaInvocation, due: call.now + seconds * 1000, payload: Array(name.utf8))
        }
    }

    @Test func `a timer fires once when it is due`() throws {
        let bench = TestBench()
        self.count(on: bench)
        _ = try self.set("a", seconds: 10, on: bench)
        bench.advance(milliseconds: 9_999)
        #expect(try self.value("a", on: bench) == 0)
        bench.advance(milliseconds: 1)
        #expect(try self.value("a", on: bench) == 1)
        bench.advance(seconds: 100)
        #expect(try self.value("a", on: bench) == 1)
    }

    @Test func `a timer set before an earlier one fires after it`() throws {
        let bench = TestBench()
        self.count(on: bench)
        _ = try self.set("late", seconds: 10, on: bench)
        _ = try self.set("early", seconds: 5, on: bench)
        bench.advance(seconds: 5)
        #expect(try self.value("early", on: bench) == 1)
        #expect(try self.value("late", on: bench) == 0)
    }

    @Test func `a cancelled timer does not fire`() throws {
        let bench = TestBench()
        self.count(on: bench)
        let key = try self.set("a", seconds: 10, on: bench)
        try bench.transact { (call) throws(ServiceError) in try call.cancelTimer(key) }
        bench.advance(seconds: 20)
        #expect(try self.value("a", on: bench) == 0)
    }

    @Test func `more timers than a batch all fire`() throws {
        let bench = TestBench()
        self.count(on: bench)
        for number in 0..<200 { _ = try self.set("a", seconds: Int64(number % 7), on: bench) }
        bench.advance(seconds: 7)
        #expect(try self.value("a", on: bench) == 200)
    }

    @Test func `a timer outlives the server that set it`() throws {
        let bench = TestBench()
        _ = try self.set("a", seconds: 10, on: bench)
        bench.driver.crash()
        let next = TestBench(seed: 2, storage: bench.storage, clock: bench.clock)
        self.count(on: next)
        next.advance(seconds: 10)
        #expect(try self.value("a", on: next) == 1)
    }

    @Test func `a handler that fails is tried again`() throws {
        let bench = TestBench()
        let attempts = Answer<Void>()
        bench.host.timers.handle(.lambdaInvocation) { (payload, call) throws(ServiceError) in
            guard attempts.peek != nil else { throw .api(APIError("Later", status: 500, message: "")) }
            try call.put(CounterKey("a"), CounterRecord(1))
        }
        _ = try self.set("a", seconds: 1, on: bench)
        bench.advance(seconds: 5)
        #expect(try self.value("a", on: bench) == 0)
        attempts.set(())
        bench.advance(seconds: 2)
        #expect(try self.value("a", on: bench) == 1)
    }
}
