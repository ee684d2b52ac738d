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
    /// Where extensions can hear what happens.
    var telemetry: TelemetryHub?
    /// What the starter of extensions has told since it was last asked for.
    private(set) var notices: [StarterNotice] = []

    package init(
        spec: EnvironmentSpec, stream: String, clock: any Clock, sink: @escaping @Sendable ([FunctionLogEvent]) -> Void
    ) {
        self.spec = spec
        self.stream = stream
        self.clock = clock
        self.sink = sink
        self.budget = LogBudget(now: clock.monotonicNanoseconds)
    }

    /// What the platform says itself; never dropped, but kept back by its level where the log is in JSON.
    package mutating func platform(_ event: PlatformEvent) {
        let time = self.clock.now
        self.telemetry?.platform(event, at: time)
        switch self.spec.logging.format {
        case .text: for line in event.lines(at: time) { self.tell(line, at: time) }
        case .json:
            guard let level = event.level, level >= self.spec.logging.systemLevel else { return }
            self.tell(String(decoding: event.json(at: time), as: UTF8.self), at: time)
        }
    }

    private mutating func tell(_ line: String, at time: Timestamp) {
        self.tail.append(line.utf8)
        self.add(line, at: time)
    }

    /// Output of the environment. Bounded: lines beyond the budget are dropped, and a notice says so.
    package mutating func output(_ bytes: UnsafeRawBufferPointer) {
        var records: [Record] = []
        self.assembler.append(bytes) { records.append(Record($0)) }
        self.take(records)
    }

    /// An unfinished line becomes an event: the invocation or the environment has ended.
    package mutating func endOutput() {
        var records: [Record] = []
        self.assembler.flush { records.append(Record($0)) }
        self.take(records)
        if let notice = self.budget.notice() { self.platform(notice) }
    }

    /// What the starter of extensions has told, once.
    mutating func takeNotices() -> [StarterNotice] {
        defer { self.notices = [] }
        return self.notices
    }

    private struct Record {
        var text: String
        var size: Int
        var stream: TelemetrySubscription.Stream
        var notice: StarterNotice?

        init(_ bytes: UnsafeRawBufferPointer) {
            self.size = bytes.count
            self.stream = .function
            switch StarterNotice(bytes) {
            case .output(let text):
                self.text = text
                self.stream = .extension
            case .some(let notice):
                self.text = ""
                self.notice = notice
            case nil: self.text = String(decoding: bytes, as: UTF8.self)
            }
        }
    }

    package mutating func beginTail() { self.tail.removeAll() }

    package var tailBytes: [UInt8] { self.tail.bytes }

    /// Hands over what has been added.
    package mutating func flush() {
        guard !self.pending.isEmpty else { return }
        self.sink(self.pending)
        self.pending.removeAll(keepingCapacity: self.pending.count <= 64)
    }

    private mutating func take(_ records: [Record]) {
        guard !records.isEmpty else { return }
        let (now, time) = (self.clock.monotonicNanoseconds, self.clock.now)
        let logging = self.spec.logging
        for record in records {
            if let notice = record.notice {
                self.notices.append(notice)
                continue
            }
            self.telemetry?.line(record.stream, record.text, at: time)
            let isFiltered = logging.format == .json && record.stream == .function
            guard !isFiltered || ApplicationLogFilter.admits(record.text, from: logging.applicationLevel) else {
                continue
            }
            // An event has some overhead of its own (26 bytes in CloudWatch Logs); empty lines are not free either.
            guard self.budget.take(record.size + 26, now: now) else { continue }
            if let notice = self.budget.notice() { self.platform(notice) }
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
