import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

/// Random operations on a queue and on a model of it: they must agree, and after each the records must agree among
/// themselves.
@Suite struct QueueModelTests {
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `a standard queue does what its model does`(seed: UInt64) throws {
        let run = try ModelRun(seed: seed, kind: .standard)
        try run.steps(250)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `a standard queue that a noisy group shares does what its model does`(seed: UInt64) throws {
        let run = try ModelRun(seed: seed, kind: .standard, crowd: .noisy)
        try run.steps(150)
        // In these it cannot come to it: messages are delayed, or soon too old.
        #expect(run.noisySteps > 0 || seed.isMultiple(of: 3) || seed.isMultiple(of: 4), "seed \(seed)")
    }

    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `a FIFO queue does what its model does`(seed: UInt64) throws {
        let run = try ModelRun(seed: seed, kind: .fifo)
        try run.steps(250)
    }
}

private final class ModelRun {
    /// Who sends: four groups alike, or one group most of the time, and now and then nobody's message.
    enum Crowd { case even, noisy }
    private let crowd: Crowd
    /// Steps after which a group was noisy and had messages waiting.
    private(set) var noisySteps = 0
    private let bench: QueueBench
    private let entropy: SeededEntropy
    private var model: QueueModel
    private let name: String
    private let dead: String
    private let url: String
    private let comment: Comment
    private var sent = 0
    /// Handles of messages, even of those that are gone.
    private var handles: [(body: String, message: Message)] = []

    init(seed: UInt64, kind: QueueKind, crowd: Crowd = .even) throws {
        self.crowd = crowd
        self.comment = "seed \(seed)"
        self.bench = QueueBench(seed: seed)
        self.entropy = SeededEntropy(seed: seed &* 7919)
        let suffix = kind == .fifo ? ".fifo" : ""
        self.name = "q\(suffix)"
        self.dead = "dead\(suffix)"
        self.model = QueueModel(
            kind: kind, delaySeconds: seed.isMultiple(of: 3) ? 2 : 0,
            retentionSeconds: seed.isMultiple(of: 4) ? 60 : 1_000_000,
            maximumReceives: seed.isMultiple(of: 2) ? 3 : nil)
        try self.bench.create(self.dead)
        var attributes = [
            "DelaySeconds": String(self.model.delaySeconds),
            "MessageRetentionPeriod": String(self.model.retentionSeconds),
        ]
        if let maximum = self.model.maximumReceives {
            attributes["RedrivePolicy"] =
                #"{"deadLetterTargetArn":"\#(QueueBench.arn(self.dead))","maxReceiveCount":\#(maximum)}"#
        }
        self.url = try self.bench.create(self.name, attributes)
    }

    private func below(_ bound: Int) -> Int { Int(self.entropy.below(UInt64(bound))) }

    func steps(_ count: Int) throws {
        for step in 0..<count {
            switch self.below(100) {
            case ..<35: try self.send()
            case ..<60: try self.receive()
            case ..<75: try self.delete()
            case ..<85: try self.change()
            case ..<99: self.bench.bench.clock.advance(milliseconds: Int64(self.below(4_000)))
            default: try self.purge()
            }
            let audit = try self.bench.audit(self.name)
            if !audit.noisy.isEmpty { self.noisySteps += 1 }
            #expect(audit.failures == [], "\(self.comment) step \(step)")
            if !audit.failures.isEmpty { return }
        }
        #expect(try self.bench.audit(self.dead).failures == [], self.comment)
        try self.drain()
    }

    private func send() throws {
        for _ in 0..<(self.crowd == .noisy ? 6 : 1) {
            self.sent += 1
            let body = "m\(self.sent)"
            var group: String? = "g\(self.below(4))"
            if self.crowd == .noisy { group = self.below(10) == 0 ? nil : "g\(max(0, self.below(10) - 6))" }
            let delay = self.model.kind == .standard && self.below(4) == 0 ? self.below(5) : nil
            try self.bench.send(
                self.url, body, group: group, id: self.model.kind == .fifo ? body : nil, delay: delay)
            self.model.send(body, group: group ?? "", delay: delay, now: self.bench.now)
        }
    }

    private func receive() throws {
        let limit = 1 + self.below(10)
        let timeout = self.below(self.crowd == .noisy ? 40 : 6)
        let runs = self.model.runs(self.bench.now)
        let mayPutAside = self.model.mayPutAside(self.bench.now)
        let messages = try self.bench.receive(self.url, limit, timeout: timeout)
        let bodies = messages.map { $0.body ?? "" }
        var taken = 0
        for run in runs {
            let chosen = bodies.filter { run.contains($0) }
            #expect(chosen == Array(run.prefix(chosen.count)), self.comment)
            taken += chosen.count
        }
        #expect(taken == bodies.count, "\(self.comment): received what cannot be received")
        let most = min(limit, runs.reduce(0) { $0 + $1.count })
        #expect(mayPutAside ? bodies.count <= most : bodies.count == most, self.comment)
        for message in messages {
            let visible = self.bench.now + Int64(timeout) * 1000
            self.model.received(message.body ?? "", receipt: message.receiptHandle ?? "", until: visible)
            self.handles.append((message.body ?? "", message))
        }
        if mayPutAside { try self.notePutAside() }
    }

    /// What is no longer there must have been too old, or be in the dead-letter queue.
    private func notePutAside() throws {
        let present = Set(try self.bench.audit(self.name).messages.map { $0.record.body })
        let dead = Set(try self.bench.audit(self.dead).messages.map { $0.record.body })
        for message in self.model.messages where !present.contains(message.body) {
            if dead.contains(message.body) {
                #expect(self.model.isPoison(message), self.comment)
                self.model.dead.insert(message.body)
            } else {
                #expect(self.model.isExpired(message, self.bench.now), "\(self.comment): \(message.body) is lost")
            }
        }
        self.model.messages.removeAll { !present.contains($0.body) }
    }

    private func pick() -> (body: String, message: Message, index: Int?)? {
        guard !self.handles.isEmpty else { return nil }
        // Mostly one of the latest.
        let reach = self.below(3) == 0 ? self.handles.count : min(self.handles.count, 6)
        let handle = self.handles[self.handles.count - 1 - self.below(reach)]
        return (handle.body, handle.message, self.model.messages.firstIndex { $0.body == handle.body })
    }

    private func delete() throws {
        guard let (_, message, index) = self.pick() else { return }
        let error = self.bench.refusal { () throws(ServiceError) in try self.bench.delete(self.url, message) }
        guard let index else {
            #expect(error == nil, self.comment)
            return
        }
        let held = self.model.messages[index]
        let isInForce = held.visible > self.bench.now && held.receipt == message.receiptHandle
        #expect((error == nil) == (self.model.kind == .standard || isInForce), self.comment)
        if error == nil { self.model.messages.remove(at: index) }
    }

    private func change() throws {
        guard let (_, message, index) = self.pick() else { return }
        let seconds = self.below(6)
        let error = self.bench.refusal { () throws(ServiceError) in
            try self.bench.change(self.url, message, seconds: seconds)
        }
        guard let index else {
            #expect(error != nil, self.comment)
            return
        }
        let held = self.model.messages[index]
        let isCurrent = self.model.kind == .standard || held.receipt == message.receiptHandle
        #expect((error == nil) == (held.visible > self.bench.now && isCurrent), self.comment)
        if error == nil { self.model.messages[index].visible = self.bench.now + Int64(seconds) * 1000 }
    }

    private func purge() throws {
        let error = self.bench.refusal { () throws(ServiceError) in
            _ = try self.bench.run(PurgeQueue.self, PurgeQueueInput(queueUrl: self.url))
        }
        if error == nil { self.model.messages.removeAll() }
    }

    /// In the end everything that is left can be received and deleted.
    private func drain() throws {
        self.bench.bench.clock.advance(milliseconds: 50_000)
        var left = Set(self.model.messages.filter { !self.model.isExpired($0, self.bench.now) }.map { $0.body })
        var rounds = 0
        while rounds < 1_000, try self.bench.audit(self.name).messages.isEmpty == false {
            rounds += 1
            for message in try self.bench.receive(self.url, 10, timeout: 30) {
                #expect(left.remove(message.body ?? "") != nil, self.comment)
                try self.bench.delete(self.url, message)
            }
        }
        left.subtract(try self.bench.audit(self.dead).messages.map { $0.record.body })
        #expect(left == [], self.comment)
        let audit = try self.bench.audit(self.name)
        #expect(audit.failures == [] && audit.messages.isEmpty, self.comment)
        #expect(audit.flights.isEmpty && audit.waiting.isEmpty && audit.groups.isEmpty, self.comment)
    }
}
