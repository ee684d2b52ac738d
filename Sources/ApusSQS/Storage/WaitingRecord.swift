package import ApusBase
internal import ApusStore

/// What comes due. Version, then a byte: 0 a message in flight, 1 a delayed message, 2 a FIFO group whose first message
/// is delayed, followed by the group.
///
/// Version 2: after a 0 follows an optional copy of the flight record's receives, so that who takes the message again
/// need not read that record.
package enum WaitingRecord: StoreValue, Equatable {
    case inFlight(FlightRecord.Receives?)
    case delayed
    case delayedGroup(String)

    package static var version: UInt8 { 2 }

    package var isInFlight: Bool { if case .inFlight = self { true } else { false } }

    package func encode(into writer: inout RecordWriter) {
        switch self {
        case .inFlight(let receives):
            writer.byte(0)
            writer.optional(receives) { writer, receives in receives.encode(into: &writer) }
        case .delayed: writer.byte(1)
        case .delayedGroup(let group):
            writer.byte(2)
            writer.string(group)
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        switch try reader.readByte() {
        case 0:
            let hasReceives = version >= 2 ? try reader.readBool() : false
            self = .inFlight(hasReceives ? try FlightRecord.Receives(from: &reader) : nil)
        case 1: self = .delayed
        case 2: self = .delayedGroup(try reader.readString())
        default: throw reader.error(.invalidValue)
        }
    }
}
