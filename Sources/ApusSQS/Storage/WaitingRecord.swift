package import ApusBase
internal import ApusStore

/// What comes due. Version, then a byte: 0 a message in flight, 1 a delayed message, 2 a FIFO group whose first message
/// is delayed, followed by the group.
package enum WaitingRecord: StoreValue, Equatable {
    case inFlight
    case delayed
    case delayedGroup(String)

    package func encode(into writer: inout RecordWriter) {
        switch self {
        case .inFlight: writer.byte(0)
        case .delayed: writer.byte(1)
        case .delayedGroup(let group):
            writer.byte(2)
            writer.string(group)
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        switch try reader.readByte() {
        case 0: self = .inFlight
        case 1: self = .delayed
        case 2: self = .delayedGroup(try reader.readString())
        default: throw reader.error(.invalidValue)
        }
    }
}
