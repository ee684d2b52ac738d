package import ApusBase
package import ApusService

/// The log of one environment: cuts its output into events, adds the platform's lines, keeps the tail of the current invocation,
/// and hands everything on in batches. Without I/O of its own.
package struct EnvironmentLog {
    /// `YYYY/MM/DD/[version]` and 32 hexadecimal digits.
    package static func streamName(version: String, at time: Timestamp, entropy: any Entropy) -> String {
        let date = time.amzDate.prefix(8)
        let day = "\(date.prefix(4))/\(date.dropFirst(4).prefix(2))/\(date.dropFirst(6).prefix(2))"
        return "\(day)/[\(version)]\(Hex.encode(entropy.bytes(count: 16)))"
    }

    package let stream: String
    private let spec: EnvironmentSpec
    private let clock: any Clock
    private let sink: @Sendable ([FunctionLogEvent]) -> Void
    private var assembler = LogAssembler()
    private var budget: LogBudget
    private var tail = LogTail()
    private var pending: [FunctionLogEvent] = []

    package init(
        spec: EnvironmentSpec, stream: String, clock: any Clock, sink: @escaping @Sendable ([FunctionLogEvent]) -> Void
    ) {
        self.spec = spec
        self.stream = stream
        self.clock = clock
        self.sink = sink
        self.budget = LogBudget(now: clock.monotonicNanoseconds)
    }

    /// A line of the platform's own; never dropped.
    package mutating func platform(_ line: String) {
        self.tail.append(line.utf8)
        self.add(line, at: self.clock.now)
    }

    /// Output of the environment. Bounded: lines beyond the budget are dropped, and a notice says so.
    package mutating func output(_ bytes: UnsafeRawBufferPointer) {
        var records: [(text: String, size: Int)] = []
        self.assembler.append(bytes) { records.append((String(decoding: $0, as: UTF8.self), $0.count)) }
        self.take(records)
    }

    /// An unfinished line becomes an event: the invocation or the environment has ended.
    package mutating func endOutput() {
        var records: [(text: String, size: Int)] = []
        self.assembler.flush { records.append((String(decoding: $0, as: UTF8.self), $0.count)) }
        self.take(records)
        if let notice = self.budget.notice() { self.platform(notice) }
    }

    package mutating func beginTail() { self.tail.removeAll() }

    package var tailBytes: [UInt8] { self.tail.bytes }

    /// Hands over what has been added.
    package mutating func flush() {
        guard !self.pending.isEmpty else { return }
        self.sink(self.pending)
        self.pending.removeAll(keepingCapacity: self.pending.count <= 64)
    }

    private mutating func take(_ records: [(text: String, size: Int)]) {
        guard !records.isEmpty else { return }
        let (now, time) = (self.clock.monotonicNanoseconds, self.clock.now)
        for record in records {
            // An event has some overhead of its own (26 bytes in CloudWatch Logs); empty lines are not free either.
            guard self.budget.take(record.size + 26, now: now) else { continue }
            if let notice = self.budget.notice() { self.add(notice, at: time) }
            self.tail.append(record.text.utf8)
            self.add(record.text, at: time)
        }
    }

    private mutating func add(_ message: String, at time: Timestamp) {
        self.pending.append(
            FunctionLogEvent(
                account: self.spec.account, region: self.spec.region, functionName: self.spec.functionName,
                roleARN: self.spec.roleARN, group: self.spec.logGroup, stream: self.stream, timestamp: time,
                message: message))
    }
}
