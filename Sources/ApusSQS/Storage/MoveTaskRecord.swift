package import ApusBase
package import ApusService
internal import ApusStore

/// A message move task: who wants what moved where, and how far it is.
///
/// | bytes | what |
/// | --- | --- |
/// | 1 | version |
/// | 16 | task id |
/// | uint | the queue's id |
/// | optional string | destination's ARN |
/// | optional uint | messages per second |
/// | principal | in whose name messages are sent; see `Principal.encode` |
/// | time | started |
/// | uint × 3 | moved, to move, most that may be moved |
/// | time | no step before this |
/// | byte, string | status: 0 running, 1 cancelling, 2 completed, 3 cancelled, 4 failed, then the reason |
package struct MoveTaskRecord: StoreValue, Equatable {
    /// The states of AWS's documentation.
    package enum Status: Equatable, Sendable {
        case running
        case cancelling
        case completed
        case cancelled
        case failed(String)

        package var text: String {
            switch self {
            case .running: "RUNNING"
            case .cancelling: "CANCELLING"
            case .completed: "COMPLETED"
            case .cancelled: "CANCELLED"
            case .failed: "FAILED"
            }
        }
    }

    package let id: MessageID
    package let source: QueueID
    /// nil: each message goes back to the queue that it came from.
    package var destination: String?
    /// nil: as fast as it goes.
    package var messagesPerSecond: Int?
    /// In whose name messages are sent.
    package var principal: Principal
    package var started: Timestamp
    package var moved = 0
    /// The messages that could be received when the task began.
    package var toMove: Int
    /// All messages that were there when the task began. More are not moved, or messages that come back would go round for
    /// ever.
    package var limit: Int
    /// No step before this: what holds the rate also after a restart.
    package var due: Timestamp
    package var status = Status.running

    package init(
        id: MessageID, source: QueueID, destination: String?, messagesPerSecond: Int?, principal: Principal,
        started: Timestamp, toMove: Int, limit: Int
    ) {
        self.id = id
        self.source = source
        self.destination = destination
        self.messagesPerSecond = messagesPerSecond
        self.principal = principal
        self.started = started
        self.toMove = toMove
        self.limit = limit
        self.due = started
    }

    package func encode(into writer: inout RecordWriter) {
        self.id.encode(into: &writer)
        writer.uint(self.source.number)
        writer.optional(self.destination) { writer, text in writer.string(text) }
        writer.optional(self.messagesPerSecond) { writer, rate in writer.uint(UInt64(clamping: rate)) }
        self.principal.encode(into: &writer)
        writer.timestamp(self.started)
        writer.uint(UInt64(clamping: self.moved))
        writer.uint(UInt64(clamping: self.toMove))
        writer.uint(UInt64(clamping: self.limit))
        writer.timestamp(self.due)
        switch self.status {
        case .running: writer.byte(0)
        case .cancelling: writer.byte(1)
        case .completed: writer.byte(2)
        case .cancelled: writer.byte(3)
        case .failed(let reason):
            writer.byte(4)
            writer.string(reason)
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try MessageID(from: &reader)
        self.source = QueueID(try reader.readUInt())
        self.destination = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        if try reader.readBool() { self.messagesPerSecond = Int(truncatingIfNeeded: try reader.readUInt()) }
        self.principal = try Principal(from: &reader)
        self.started = try reader.readTimestamp()
        self.moved = Int(truncatingIfNeeded: try reader.readUInt())
        self.toMove = Int(truncatingIfNeeded: try reader.readUInt())
        self.limit = Int(truncatingIfNeeded: try reader.readUInt())
        self.due = try reader.readTimestamp()
        switch try reader.readByte() {
        case 0: self.status = .running
        case 1: self.status = .cancelling
        case 2: self.status = .completed
        case 3: self.status = .cancelled
        case 4: self.status = .failed(try reader.readString())
        default: throw reader.error(.invalidValue)
        }
    }
}
