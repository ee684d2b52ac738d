package import ApusBase
internal import ApusStore

/// A message group of a standard queue: what it has waiting, in flight, and when it is served. There is one exactly while it
/// has either.
///
/// Version, in flight (uint), then for each of its two lists, that of messages that came back and that of messages never
/// received, count and head (uint × 2), then a byte for the place: 0 nothing waits, 1 turn and its number (uint), 2 noisy.
package struct TenantRecord: StoreValue, Equatable {
    /// Messages that wait in the order of their numbers.
    package struct List: Equatable, Sendable {
        package var count = 0
        /// No message of the list has a lower number.
        package var head: UInt64 = 0
        package init() {}
    }
    /// Where the group waits for its next receive.
    package enum Place: Equatable, Sendable {
        case nowhere
        /// Among the turns.
        case turn(UInt64)
        /// Among those who are served after all others.
        case noisy
    }
    package var inFlight = 0
    package var again = List()
    package var fresh = List()
    package var place = Place.nowhere

    package init() {}

    /// The messages that wait.
    package var waiting: Int { self.again.count + self.fresh.count }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(UInt64(clamping: self.inFlight))
        for list in [self.again, self.fresh] {
            writer.uint(UInt64(clamping: list.count))
            writer.uint(list.head)
        }
        switch self.place {
        case .nowhere: writer.byte(0)
        case .turn(let number):
            writer.byte(1)
            writer.uint(number)
        case .noisy: writer.byte(2)
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.inFlight = Int(truncatingIfNeeded: try reader.readUInt())
        self.again.count = Int(truncatingIfNeeded: try reader.readUInt())
        self.again.head = try reader.readUInt()
        self.fresh.count = Int(truncatingIfNeeded: try reader.readUInt())
        self.fresh.head = try reader.readUInt()
        switch try reader.readByte() {
        case 0: self.place = .nowhere
        case 1: self.place = .turn(try reader.readUInt())
        case 2: self.place = .noisy
        default: throw reader.error(.invalidValue)
        }
    }
}

/// A message in a list of its group. Version, sequence (uint).
package struct TenantMessageRecord: StoreValue, Equatable {
    package var sequence: UInt64

    package init(_ sequence: UInt64) { self.sequence = sequence }
    package func encode(into writer: inout RecordWriter) { writer.uint(self.sequence) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.sequence = try reader.readUInt()
    }
}

/// Whose turn it is. Version, then a byte: 0 a message without a group and its sequence (uint), 1 a group (string).
package enum TurnRecord: StoreValue, Equatable {
    case message(UInt64)
    case tenant(String)

    package func encode(into writer: inout RecordWriter) {
        switch self {
        case .message(let sequence):
            writer.byte(0)
            writer.uint(sequence)
        case .tenant(let group):
            writer.byte(1)
            writer.string(group)
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        switch try reader.readByte() {
        case 0: self = .message(try reader.readUInt())
        case 1: self = .tenant(try reader.readString())
        default: throw reader.error(.invalidValue)
        }
    }
}

/// A group that is served after all others; its key says which. Version.
package struct NoisyRecord: StoreValue, Equatable {
    package init() {}
    package func encode(into writer: inout RecordWriter) {}
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {}
}
