package import ApusBase
internal import ApusStore

/// How it stands with a message that was received, or is delayed.
///
/// | bytes | what |
/// | --- | --- |
/// | 1 | version |
/// | byte | flags: 1 has an entry in the waiting list, 2 was received, 4 visibility was changed, 8 has a group, 16 came back |
/// | time | when it becomes visible, if it waits |
/// | uint, time, time, 8 | receives, first and last receive, secret; if it was received |
/// | string | the group; in a standard queue since version 2 |
/// | uint | version 2: its number in its group's list of messages that came back |
package struct FlightRecord: StoreValue, Equatable {
    /// What the receives left.
    package struct Receives: Equatable, Sendable {
        package var count: UInt32
        package var first: Timestamp
        package var last: Timestamp
        /// Random; in every receipt handle of the message.
        package var secret: UInt64

        package init(count: UInt32, first: Timestamp, last: Timestamp, secret: UInt64) {
            self.count = count
            self.first = first
            self.last = last
            self.secret = secret
        }
    }
    /// Whether a consumer changed the visibility since the last receive.
    package enum Visibility: Equatable, Sendable { case asReceived, changed }

    /// The time of its entry in the waiting list; nil when it has none (a FIFO message that became visible again).
    package var visible: Timestamp?
    /// nil when it was never received.
    package var receives: Receives?
    package var visibility = Visibility.asReceived
    package var group: String?
    /// In a standard queue: its number in the list of those of its group's messages that came back; it then has no entry
    /// in the waiting list.
    package var again: UInt64?

    package static var version: UInt8 { 2 }

    package init(visible: Timestamp?, receives: Receives?, group: String?) {
        self.visible = visible
        self.receives = receives
        self.group = group
    }

    package func encode(into writer: inout RecordWriter) {
        var flags: UInt8 = self.visible == nil ? 0 : 1
        if self.receives != nil { flags |= 2 }
        if self.visibility == .changed { flags |= 4 }
        if self.group != nil { flags |= 8 }
        if self.again != nil { flags |= 16 }
        writer.byte(flags)
        if let visible { writer.timestamp(visible) }
        self.receives?.encode(into: &writer)
        if let group { writer.string(group) }
        if let again { writer.uint(again) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        let flags = try reader.readByte()
        if flags & 1 != 0 { self.visible = try reader.readTimestamp() }
        if flags & 2 != 0 { self.receives = try Receives(from: &reader) }
        self.visibility = flags & 4 == 0 ? .asReceived : .changed
        if flags & 8 != 0 { self.group = try reader.readString() }
        if flags & 16 != 0 { self.again = try reader.readUInt() }
    }
}

extension FlightRecord.Receives {
    func encode(into writer: inout RecordWriter) {
        writer.uint(UInt64(self.count))
        writer.timestamp(self.first)
        writer.timestamp(self.last)
        writer.bigEndian(self.secret)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        let count = UInt32(truncatingIfNeeded: try reader.readUInt())
        let first = try reader.readTimestamp()
        let last = try reader.readTimestamp()
        self.init(count: count, first: first, last: last, secret: try reader.readBigEndian())
    }
}
