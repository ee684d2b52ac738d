import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization

@testable import ApusSQS

/// Producers and consumers, a clock that moves and jumps, and a server that dies at any commit, all from one seed.
final class QueueSimulation {
    private let entropy: SeededEntropy
    private let storage = MemoryStorage()
    private let clock = ManualClock(Timestamp(milliseconds: 1_767_225_600_000))
    private let seed: UInt64
    private var generation: UInt64 = 0
    private var server: QueueBench
    private var workers: [WorkerRun]
    private let ledger = Mutex(SimulationLedger())
    private let pending = Mutex(0)
    private var names = 0
    private let queues = ["q", "q.fifo"]
    /// Whether one group sends most of the messages, and consumers are slow.
    private let isNoisy: Bool

    init(seed: UInt64) throws {
        self.seed = seed
        self.entropy = SeededEntropy(seed: seed &* 104_729)
        self.server = QueueBench(seed: seed, storage: self.storage, clock: self.clock)
        self.workers = Self.workers(of: self.server)
        self.isNoisy = seed.isMultiple(of: 4)
        for name in self.queues {
            let dead = name == "q" ? "dead" : "dead.fifo"
            try self.server.create(dead)
            var attributes = ["DelaySeconds": seed.isMultiple(of: 3) ? "1" : "0"]
            if seed.isMultiple(of: 2) {
                attributes["RedrivePolicy"] =
                    #"{"deadLetterTargetArn":"\#(QueueBench.arn(dead))","maxReceiveCount":2}"#
            }
            try self.server.create(name, attributes)
        }
    }

    private static func workers(of server: QueueBench) -> [WorkerRun] {
        [
            WorkerRun(RetentionWorker(), host: server.bench.host), WorkerRun(MoveWorker(), host: server.bench.host),
        ]
    }

    var failures: [String] { self.ledger.withLock { $0.failures } }
    /// What happened, so that a test sees that much did.
    var summary: (sent: Int, received: Int, crashes: UInt64, moved: Int, noisy: Int) {
        self.ledger.withLock { ledger in
            let sent = ledger.sends.values.filter { $0.acknowledged }.count
            return (sent, ledger.received.count, self.generation, ledger.moved.count, ledger.noisyAudits)
        }
    }

    private func below(_ bound: Int) -> Int { Int(self.entropy.below(UInt64(bound))) }
    private var context: CallContext { self.server.bench.context() }

    // MARK: Running

    func run(steps: Int) throws {
        for _ in 0..<steps {
            switch self.below(100) {
            case ..<30: for _ in 0..<(self.isNoisy ? 4 : 1) { self.send() }
            case ..<55: self.receive()
            case ..<70: self.delete()
            case ..<75: self.change()
            case ..<92: for _ in 0..<self.below(8) { _ = self.server.bench.driver.runOne() }
            case ..<93: self.pass()
            case ..<97: self.move()
            case ..<98: self.jump()
            default: try self.crash()
            }
        }
        self.server.bench.driver.settle()
        try self.drain()
    }

    /// Runs an operation; `done` hears of its answer, unless the server dies before.
    private func start<Op: Operation>(
        _ operation: Op.Type, _ input: Op.Input, ended: @escaping @Sendable (inout SimulationLedger) -> Void = { _ in },
        done: @escaping @Sendable (inout SimulationLedger, Op.Output) -> Void
    ) where Op.Output: Sendable {
        let pending = Pending(self)
        self.server.bench.host.perform(operation, input, self.context) { result in
            pending.end()
            pending.record(ended)
            if case .success(let output) = result { pending.record { done(&$0, output) } }
        }
    }

    private func send() {
        let name = self.queues[self.below(2)]
        self.names += 1
        let body = "\(name)-\(self.names)"
        let now = self.clock.now
        let group = self.isNoisy && name == "q" ? max(0, self.below(12) - 7) : self.below(5)
        var send = SimulationLedger.Send(queue: name, group: "g\(group)", id: body, submitted: now)
        let earlier = self.ledger.withLock { ledger in
            ledger.firsts.filter { $0.key.hasPrefix(name) && now < $0.value.submitted + 200_000 }.keys.sorted()
        }
        if name == "q.fifo", self.below(5) == 0, !earlier.isEmpty {
            send.id = earlier[self.below(earlier.count)]
            send.isDuplicate = true
        }
        let sent = send
        self.ledger.withLock { $0.sends[body] = sent }
        let input = SendMessageInput(
            queueUrl: QueueBench.url(name), messageBody: body, delaySeconds: name == "q" ? self.below(3) : nil,
            messageDeduplicationId: name == "q.fifo" ? send.id : nil, messageGroupId: send.group)
        let clock = self.clock
        self.start(SendMessage.self, input) { ledger, output in
            ledger.acknowledged(
                send: body, messageID: output.messageId ?? "", sequence: output.sequenceNumber, now: clock.now)
        }
    }

    private func receive() {
        let url = QueueBench.url(self.queues[self.below(2)])
        let timeout = 1 + self.below(self.isNoisy ? 20 : 5)
        let input = ReceiveMessageInput(
            queueUrl: url, messageSystemAttributeNames: ["All"], maxNumberOfMessages: 1 + self.below(10),
            visibilityTimeout: timeout, waitTimeSeconds: self.below(4))
        let submitted = self.clock.now
        let since = self.ledger.withLock { $0.event }
        let clock = self.clock
        let pending = Pending(self)
        let handle = self.server.bench.host.poll(ReceiveMessage.self, input, self.context) { result in
            pending.end()
            guard case .success(let output) = result else { return }
            pending.record { ledger in
                ledger.received(
                    output.messages ?? [], from: url, submitted: submitted, since: since, timeoutSeconds: timeout,
                    now: clock.now)
            }
        }
        // Some clients go away.
        if let handle, self.below(10) == 0 {
            handle.abandon()
            pending.end()
        }
    }

    private func pick() -> (body: String, hold: SimulationLedger.Hold)? {
        let held = self.ledger.withLock { $0.holds.sorted { $0.key < $1.key } }
        guard !held.isEmpty else { return nil }
        let chosen = held[self.below(held.count)]
        return (chosen.key, chosen.value)
    }

    private func delete() {
        guard let (body, hold) = self.pick(), !hold.url.contains("dead") else { return }
        self.ledger.withLock { ledger in _ = ledger.deleteRequested.insert(body) }
        let input = DeleteMessageInput(queueUrl: hold.url, receiptHandle: hold.receipt)
        self.start(DeleteMessage.self, input) { ledger, _ in
            ledger.event += 1
            ledger.deleteAcknowledged[body] = ledger.event
            ledger.holds[body] = nil
        }
    }

    private func change() {
        guard let (body, hold) = self.pick() else { return }
        let seconds = self.below(4)
        let until = self.clock.now + Int64(seconds) * 1000
        self.ledger.withLock { ledger in
            ledger.holds[body]?.until = min(hold.until, until)
            ledger.changing[body, default: 0] += 1
        }
        let input = ChangeMessageVisibilityInput(
            queueUrl: hold.url, receiptHandle: hold.receipt, visibilityTimeout: seconds)
        self.start(ChangeMessageVisibility.self, input, ended: { $0.changing[body, default: 1] -= 1 }) { ledger, _ in
            ledger.event += 1
        }
    }

    /// Begins or ends a move task; what was dead lives again.
    private func move() {
        let source = QueueBench.arn(["dead", "dead.fifo"][self.below(2)])
        guard self.below(4) > 0 else { return self.cancelMoves() }
        let rate = self.below(2) == 0 ? nil : 1 + self.below(40)
        let input = StartMessageMoveTaskInput(sourceArn: source, maxNumberOfMessagesPerSecond: rate)
        self.start(StartMessageMoveTask.self, input) { ledger, output in
            ledger.event += 1
            if let handle = output.taskHandle { ledger.moves.append(handle) }
        }
    }

    private func cancelMoves() {
        for handle in self.ledger.withLock({ $0.moves }) {
            let input = CancelMessageMoveTaskInput(taskHandle: handle)
            self.start(CancelMessageMoveTask.self, input) { ledger, _ in ledger.event += 1 }
        }
    }

    // MARK: Time

    private func pass() {
        self.server.bench.advance(milliseconds: Int64(self.below(3_000)))
        self.noteTime()
    }

    private func noteTime() {
        let now = self.clock.now
        self.ledger.withLock { $0.latest = max($0.latest, now) }
    }

    /// The clock jumps, back or forth, while nobody waits for an answer.
    private func jump() {
        self.server.bench.advance(seconds: 4)
        guard self.pending.withLock({ $0 }) == 0 else { return }
        let distance = Int64(self.below(2) == 0 ? self.below(600_000) : self.below(5_000))
        self.clock.set(self.below(2) == 0 ? self.clock.now + distance : self.clock.now - distance)
        self.noteTime()
    }

    // MARK: Crashes

    /// The server dies: between two commits, or in one, which is then kept or lost.
    private func crash() throws {
        let kind = self.below(4)
        switch kind {
        case 0: break
        case 1: self.storage.failNextCommit(.lostThenUnknown)
        case 2: self.storage.failNextCommit(.keptThenUnknown)
        default:
            // A full disk is no crash: the server refuses, and goes on.
            self.storage.failNextCommit(.full)
            return
        }
        for _ in 0..<self.below(20) { _ = self.server.bench.driver.runOne() }
        self.server.bench.driver.crash()
        self.generation += 1
        self.pending.withLock { $0 = 0 }
        self.ledger.withLock { $0.changing.removeAll() }
        try self.spendFault()
        let seed = self.seed &+ self.generation &* 31
        self.server = QueueBench(seed: seed, storage: self.storage, clock: self.clock)
        self.workers = Self.workers(of: self.server)
        try self.audit()
    }

    /// A fault that no commit has met ends here.
    private func spendFault() throws {
        var batch = WriteBatch()
        batch.append(.delete(key: [0x7F, 0xFF]))
        try? self.storage.commit(batch)
        try self.storage.recover()
    }

    private func audit() throws {
        for name in ["q", "q.fifo", "dead", "dead.fifo"] {
            let audit = try self.server.audit(name)
            self.ledger.withLock { ledger in
                ledger.failures += audit.failures
                if !audit.noisy.isEmpty { ledger.noisyAudits += 1 }
                if name.hasPrefix("dead") { ledger.dead.formUnion(audit.messages.map { $0.record.body }) }
            }
        }
    }

    // MARK: The end

    /// Takes out all that is left: what was acknowledged and never deleted must be among it, or have been received
    /// dead.
    private func drain() throws {
        try self.spendFault()
        self.server.bench.advance(seconds: 50)
        self.cancelMoves()
        self.server.bench.advance(seconds: 1)
        try self.audit()
        var found: Set<String> = []
        for name in ["q", "q.fifo", "dead", "dead.fifo"] {
            found.formUnion(try self.server.audit(name).messages.map { $0.record.body })
        }
        self.ledger.withLock { ledger in
            for (body, send) in ledger.sends where send.acknowledged && !send.isDuplicate {
                let isThere = found.contains(body) || ledger.deleteRequested.contains(body)
                ledger.expect(isThere, "\(body) is lost")
            }
        }
        for name in ["q", "q.fifo"] {
            let url = QueueBench.url(name)
            for _ in 0..<2_000 {
                for message in try self.server.receive(url, 10, timeout: 5, system: ["All"]) {
                    self.ledger.withLock { _ = $0.noteIdentity(message) }
                    try self.server.delete(url, message)
                }
                if try self.server.audit(name).messages.isEmpty { break }
                self.server.bench.advance(seconds: 1)
            }
        }
        try self.audit()
        self.ledger.withLock { $0.judgeOvertaken() }
        for name in ["q", "q.fifo"] {
            let isEmpty = try self.server.audit(name).messages.isEmpty
            self.ledger.withLock { $0.expect(isEmpty, "\(name) cannot be emptied") }
        }
    }

    /// One request under way.
    private final class Pending: @unchecked Sendable {
        // SAFETY: a simulation has one thread.
        private let simulation: QueueSimulation
        private let generation: UInt64
        private var isOver = false

        init(_ simulation: QueueSimulation) {
            self.simulation = simulation
            self.generation = simulation.generation
            simulation.pending.withLock { $0 += 1 }
        }

        func end() {
            guard self.generation == self.simulation.generation, !self.isOver else { return }
            self.isOver = true
            self.simulation.pending.withLock { $0 -= 1 }
        }

        func record(_ body: (inout SimulationLedger) -> Void) {
            guard self.generation == self.simulation.generation else { return }
            let now = self.simulation.clock.now
            self.simulation.ledger.withLock { ledger in
                ledger.latest = max(ledger.latest, now)
                body(&ledger)
            }
        }
    }
}
