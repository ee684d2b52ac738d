import ApusBase
import ApusLambda
import Testing

@Suite struct LaneMachineTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    private func machine(
        _ count: Int, batchSize: Int = 100, bisects: Bool = false, retries: Int? = nil, ageSeconds: Int? = nil
    ) -> LaneMachine {
        LaneMachine(
            arrivals: Array(repeating: self.now, count: count), batchSize: batchSize, bisects: bisects,
            retries: retries, ageSeconds: ageSeconds)
    }

    @Test func `records are run in batches, in their order`() {
        var machine = self.machine(5, batchSize: 2)
        for range in [0..<2, 2..<4, 4..<5] {
            #expect(machine.next(now: self.now) == .run(range))
            machine.ended(.success)
        }
        #expect(machine.next(now: self.now) == .done)
    }

    @Test func `a batch that fails is tried again as often as is set, then given up`() {
        var machine = self.machine(3, batchSize: 2, retries: 1)
        for _ in 0..<2 {
            #expect(machine.next(now: self.now) == .run(0..<2))
            machine.ended(.failure)
        }
        #expect(machine.failuresInARow == 2)
        #expect(machine.next(now: self.now) == .giveUp(0..<2, .retryAttemptsExhausted, invocations: 2))
        #expect(machine.next(now: self.now) == .run(2..<3))
    }

    @Test func `without a limit a batch is tried for ever`() {
        var machine = self.machine(1)
        for _ in 0..<1000 {
            #expect(machine.next(now: self.now) == .run(0..<1))
            machine.ended(.failure)
        }
    }

    @Test func `halving finds the one bad record and gives up no other`() {
        var machine = self.machine(8, bisects: true, retries: 0)
        var givenUp: [Range<Int>] = []
        var done: [Int] = []
        loop: while true {
            switch machine.next(now: self.now) {
            case .run(let range):
                if range.contains(5) {
                    machine.ended(.failure)
                } else {
                    done += Array(range)
                    machine.ended(.success)
                }
            case .giveUp(let range, _, _): givenUp.append(range)
            case .done: break loop
            }
        }
        #expect(givenUp == [5..<6])
        #expect(done == [0, 1, 2, 3, 4, 6, 7])
    }

    @Test func `what lies before a reported record is done, and the rest is tried again`() {
        var machine = self.machine(4, bisects: true, retries: 1)
        #expect(machine.next(now: self.now) == .run(0..<4))
        machine.ended(.failed(first: 2))
        #expect(machine.next(now: self.now) == .run(2..<4))
        machine.ended(.failed(first: 2))
        #expect(machine.next(now: self.now) == .run(2..<3))
    }

    @Test func `records that grow too old are given up, and younger ones run`() {
        var machine = LaneMachine(
            arrivals: [self.now, self.now, self.now + 60_000], batchSize: 10, bisects: false, retries: nil,
            ageSeconds: 60)
        #expect(machine.next(now: self.now + 60_000) == .run(0..<3))
        machine.ended(.failure)
        #expect(machine.next(now: self.now + 60_001) == .giveUp(0..<2, .recordAgeExceeded, invocations: 1))
        #expect(machine.next(now: self.now + 60_001) == .run(2..<3))
    }

    @Test func `what did not run counts as no retry`() {
        var machine = self.machine(1, retries: 0)
        for _ in 0..<5 {
            #expect(machine.next(now: self.now) == .run(0..<1))
            machine.ended(.system)
        }
        machine.ended(.failure)
        #expect(machine.next(now: self.now) == .giveUp(0..<1, .retryAttemptsExhausted, invocations: 1))
    }
}
