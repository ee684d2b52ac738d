package import ApusBase
internal import ApusStore

/// A message group of a FIFO queue. There is one exactly while the group has messages.
///
/// Version, head (uint), in flight (uint), received through (uint), then a byte for the place: 0 blocked, 1 ready and
/// its number (uint), 2 delayed and until when (time).
package struct GroupRecord: StoreValue, Equatable {
    /// Where the group waits for its next receive.
    package enum Place: Equatable, Sendable {
        /// Nowhere: messages of it are in flight.
        case blocked
        /// In the list of ready groups.
        case ready(UInt64)
        /// In the waiting list, under its first message.
        case delayed(Timestamp)
    }
    /// The sequence of its first message.
    package var head: UInt64
    package var inFlight = 0
    /// The highest sequence ever received: later messages have no flight record.
    package var receivedThrough: UInt64 = 0
    package var place = Place.blocked

    package init(head: UInt64) { self.head = head }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.head)
        writer.uint(UInt64(clamping: self.inFlight))
        writer.uint(self.receivedThrough)
        switch self.place {
        case .blocked: writer.byte(0)
        case .ready(let number):
            writer.byte(1)
            writer.uint(number)
        case .delayed(let until):
            writer.byte(2)
            writer.timestamp(until)
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.head = try reader.readUInt()
        self.inFlight = Int(truncatingIfNeeded: try reader.readUInt())
        self.receivedThrough = try reader.readUInt()
        switch try reader.readByte() {
        case 0: self.place = .blocked
        case 1: self.place = .ready(try reader.readUInt())
        case 2: self.place = .delayed(try reader.readTimestamp())
        default: throw reader.error(.invalidValue)
        }
    }
}
