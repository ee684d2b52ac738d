import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

/// Clients, timers and polls on one store, with crashes and failing commits at random: a first simulation of the spine.
///
/// Everything that happens follows from the seed. What clients were told is compared with what is there in the end.
@Suite struct SpineSimulationTests {
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `what was acknowledged is there, and each timer fires once`(seed: UInt64) throws {
        var world = World(seed: seed)
        for _ in 0..<400 { world.step() }
        try world.settle()
        #expect(world.problems() == [], "seed \(seed)")
    }
}

/// A client's request whose answer may not have come.
private final class Request: Sendable {
    let answer = Answer<Result<Int64, ServiceError>>()
}

private struct World {
    private let chance: SeededEntropy
    private let clock = ManualClock(Timestamp(milliseconds: 1_767_225_600_000))
    private let storage = MemoryStorage()
    private var bench: TestBench
    private var starts: UInt64 = 0
    private var nextTimer = 0

    /// Additions to counters: what was acknowledged, and what nobody was told of.
    private var acknowledged: [String: Int64] = [:]
    private var doubtful: [String: Int64] = [:]
    private var pending: [(name: String, request: Request)] = []
    /// Timers whose setting was acknowledged, or was not answered.
    private var timers: [(name: String, request: Request)] = []
    private var timersSet: Set<String> = []
    private var timersInDoubt: Set<String> = []
    private var polls: [(answer: Answer<Result<Bool, ServiceError>>, handle: PollHandle?)] = []

    init(seed: UInt64) {
        self.chance = SeededEntropy(seed: seed)
        self.bench = TestBench(seed: seed, storage: self.storage, clock: self.clock)
        self.attach()
    }

    private func attach() {
        self.bench.host.timers.handle(.lambdaInvocation) { (payload, call) throws(ServiceError) in
            let key = CounterKey("timer-" + String(decoding: payload, as: UTF8.self))
            try call.put(key, CounterRecord((try call.get(key)?.value ?? 0) + 1))
        }
    }

    mutating func step() {
        switch self.chance.below(100) {
        case 0..<45: self.add()
        case 45..<60: self.setTimer()
        case 60..<70: self.poll()
        case 70..<90: for _ in 0..<self.chance.below(6) { _ = self.bench.driver.runOne() }
        case 90..<95: self.clock.advance(milliseconds: Int64(self.chance.below(3_000)))
        case 95..<97: self.storage.failNextCommit(self.fault())
        default: self.crash()
        }
        self.collect()
    }

    private func fault() -> MemoryStorage.Fault {
        switch self.chance.below(3) {
        case 0: .full
        case 1: .lostThenUnknown
        default: .keptThenUnknown
        }
    }

    private mutating func add() {
        let name = "counter-\(self.chance.below(4))"
        let request = Request()
        self.bench.host.perform(Add.self, .init(name: name), self.bench.context()) { request.answer.set($0) }
        self.pending.append((name, request))
    }

    private mutating func setTimer() {
        let name = String(self.nextTimer)
        self.nextTimer += 1
        let due = self.clock.now + Int64(self.chance.below(5_000))
        let request = Request()
        self.bench.host.write(
            self.bench.context(),
            { (call) throws(ServiceError) -> Int64 in
                try call.setTimer(.lambdaInvocation, due: due, payload: Array(name.utf8))
                return 0
            }
        ) { request.answer.set($0) }
        self.timers.append((name, request))
    }

    private mutating func poll() {
        let answer = Answer<Result<Bool, ServiceError>>()
        let handle = self.bench.host.poll(
            Take.self, .init(name: "taken", patience: Int64(self.chance.below(4_000))), self.bench.context()
        ) { answer.set($0) }
        self.polls.append((answer, handle))
        if self.chance.below(4) == 0 { self.polls.removeLast().handle?.abandon() }
    }

    /// The process dies: memory is gone, the storage stays, and what was not answered never will be.
    private mutating func crash() {
        self.collect()
        self.bench.driver.crash()
        for (name, _) in self.pending { self.doubtful[name, default: 0] += 1 }
        for (name, _) in self.timers { self.timersInDoubt.insert(name) }
        self.pending = []
        self.timers = []
        self.polls = []
        self.starts += 1
        self.bench = TestBench(seed: self.starts &* 1_000 &+ 7, storage: self.storage, clock: self.clock)
        self.attach()
    }

    /// Sorts the answers that have come.
    private mutating func collect() {
        self.pending.removeAll { name, request in
            guard let answer = request.answer.peek else { return false }
            switch answer {
            case .success: self.acknowledged[name, default: 0] += 1
            case .failure(.store(.unknownOutcome)): self.doubtful[name, default: 0] += 1
            case .failure: break
            }
            return true
        }
        self.timers.removeAll { name, request in
            guard let answer = request.answer.peek else { return false }
            switch answer {
            case .success: self.timersSet.insert(name)
            case .failure(.store(.unknownOutcome)): self.timersInDoubt.insert(name)
            case .failure: break
            }
            return true
        }
        self.polls.removeAll { $0.answer.peek != nil }
    }

    /// Lets everything come to an end: every request is answered, every timer has fired, no poll waits.
    mutating func settle() throws {
        self.crash()
        self.bench.advance(seconds: 30)
        self.collect()
    }

    /// What is there against what clients were told.
    func problems() -> [String] {
        var problems: [String] = []
        for number in 0..<4 {
            let name = "counter-\(number)"
            let value = self.value(name)
            let least = self.acknowledged[name] ?? 0
            let most = least + (self.doubtful[name] ?? 0)
            if value < least || value > most { problems.append("\(name) is \(value), not in \(least)...\(most)") }
        }
        for timer in self.timersSet where self.value("timer-" + timer) != 1 {
            problems.append("timer \(timer) fired \(self.value("timer-" + timer)) times")
        }
        for timer in self.timersInDoubt.subtracting(self.timersSet) where self.value("timer-" + timer) > 1 {
            problems.append("timer \(timer), in doubt, fired \(self.value("timer-" + timer)) times")
        }
        if self.bench.host.store.board.waiting != 0 { problems.append("somebody still waits") }
        return problems.sorted()
    }

    private func value(_ name: String) -> Int64 {
        (try? self.bench.transact { (call) throws(ServiceError) in try call.get(CounterKey(name))?.value ?? 0 }) ?? -1
    }
}
