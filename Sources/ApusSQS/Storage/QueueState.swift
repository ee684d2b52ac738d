package import ApusBase
internal import ApusStore

/// What changes in a queue with every message: counters, and where its lists begin.
///
/// | bytes | what |
/// | --- | --- |
/// | 1 | version |
/// | uint × 4 | next sequence, fresh head, oldest head, fresh |
/// | time | oldest sent |
/// | uint × 2 | delayed, received |
/// | uint × 3 | ready head, next ready number, period |
/// | uint, (int, uint, uint) … | intervals of the waiting list: ms since the end of the one before, length, count |
/// | optional (uint × 3) | version 2: how groups share a standard queue: from, waiting, noisy |
package struct QueueState: StoreValue, Equatable {
    /// The sequence of the next message. The first is 1.
    package var nextSequence: UInt64 = 1
    /// In a standard queue: messages from here on were never received, except those that began delayed.
    package var freshHead: UInt64 = 1
    /// No message is before this.
    package var oldestHead: UInt64 = 1
    /// The messages that are in no waiting list. In a standard queue: were never received; in a FIFO queue: are not in
    /// flight.
    package var fresh = 0
    /// No message was sent before this, but perhaps one that came from another queue.
    package var oldestSent = Timestamp(milliseconds: 0)
    /// Entries of the waiting list for delays: of messages in a standard, of groups in a FIFO queue.
    package var delayed = 0
    /// Entries of the waiting list for messages that were received: in flight, or due again.
    package var received = 0
    /// No ready group has a lower number.
    package var readyHead: UInt64 = 0
    package var nextReady: UInt64 = 0
    /// The present period of deduplication. Grows, even when the clock goes back.
    package var period: UInt32 = 0
    /// Where in time the waiting list's entries are.
    package var waiting = WaitingProfile()

    /// How message groups share a standard queue; nil while none of its messages has a group, or none is waiting.
    package var fair: FairState?

    package static var version: UInt8 { 2 }

    package init() {}

    /// The messages of a standard queue that were never received and stand in no list but that of all messages.
    package var plainFresh: Int { self.fair.map { self.fresh - $0.waiting } ?? self.fresh }
    /// They are before this.
    package var plainEnd: UInt64 { self.fair?.from ?? self.nextSequence }

    /// All messages of a standard queue.
    package var standardTotal: Int { self.fresh + self.delayed + self.received }
    /// All messages of a FIFO queue.
    package var fifoTotal: Int { self.fresh + self.received }

    package func total(_ kind: QueueKind) -> Int { kind == .standard ? self.standardTotal : self.fifoTotal }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.nextSequence)
        writer.uint(self.freshHead)
        writer.uint(self.oldestHead)
        writer.uint(UInt64(clamping: self.fresh))
        writer.timestamp(self.oldestSent)
        writer.uint(UInt64(clamping: self.delayed))
        writer.uint(UInt64(clamping: self.received))
        writer.uint(self.readyHead)
        writer.uint(self.nextReady)
        writer.uint(UInt64(self.period))
        writer.uint(UInt64(self.waiting.intervals.count))
        var end: Int64 = 0
        for interval in self.waiting.intervals {
            writer.int(interval.start.milliseconds - end)
            writer.uint(UInt64(clamping: interval.end.milliseconds - interval.start.milliseconds))
            writer.uint(UInt64(clamping: interval.count))
            end = interval.end.milliseconds
        }
        writer.optional(self.fair) { writer, fair in
            writer.uint(fair.from)
            writer.uint(UInt64(clamping: fair.waiting))
            writer.uint(UInt64(clamping: fair.noisy))
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.nextSequence = try reader.readUInt()
        self.freshHead = try reader.readUInt()
        self.oldestHead = try reader.readUInt()
        self.fresh = Int(truncatingIfNeeded: try reader.readUInt())
        self.oldestSent = try reader.readTimestamp()
        self.delayed = Int(truncatingIfNeeded: try reader.readUInt())
        self.received = Int(truncatingIfNeeded: try reader.readUInt())
        self.readyHead = try reader.readUInt()
        self.nextReady = try reader.readUInt()
        self.period = UInt32(truncatingIfNeeded: try reader.readUInt())
        var end: Int64 = 0
        let intervals = try reader.readArray { (reader) throws(RecordError) in
            let start = end &+ (try reader.readInt())
            end = start &+ Int64(truncatingIfNeeded: try reader.readUInt())
            return WaitingProfile.Interval(
                start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: end),
                count: Int(truncatingIfNeeded: try reader.readUInt()))
        }
        self.waiting = WaitingProfile(intervals: intervals)
        guard version >= 2 else { return }
        self.fair = try reader.readOptional { (reader) throws(RecordError) in
            FairState(
                from: try reader.readUInt(), waiting: Int(truncatingIfNeeded: try reader.readUInt()),
                noisy: Int(truncatingIfNeeded: try reader.readUInt()))
        }
    }
}

/// How the message groups of a standard queue share it, from the first message with a group on until nothing waits.
package struct FairState: Equatable, Sendable {
    /// Messages from this sequence on stand in the lists of their groups, or have a turn of their own.
    package var from: UInt64
    /// The messages in those lists and with turns of their own. `QueueState.fresh` counts them too.
    package var waiting = 0
    /// The groups that are served after all others.
    package var noisy = 0

    package init(from: UInt64, waiting: Int = 0, noisy: Int = 0) {
        self.from = from
        self.waiting = waiting
        self.noisy = noisy
    }
}
