package import ApusBase
internal import ApusStore

/// What comes due. Version, then a byte: 0 a message in flight, 1 a delayed message, 2 a FIFO group whose first message
/// is delayed, followed by the group.
///
/// Version 2: after a 0 follows an optional copy of the flight record's receives, so that who takes the message again
/// need not read that record.
///
/// Version 3: 3 a message of a group of a standard queue in flight, followed by receives and group; 4 a delayed one,
/// followed by its group.
package enum WaitingRecord: StoreValue, Equatable {
    case inFlight(FlightRecord.Receives?)
    case delayed
    case delayedGroup(String)
    case inFlightOfTenant(FlightRecord.Receives, String)
    case delayedOfTenant(String)

    package static var version: UInt8 { 3 }

    package var isInFlight: Bool {
        switch self {
        case .inFlight, .inFlightOfTenant: true
        case .delayed, .delayedGroup, .delayedOfTenant: false
        }
    }

    /// The group, of a message of a standard queue.
    package var tenant: String? {
        switch self {
        case .inFlightOfTenant(_, let group), .delayedOfTenant(let group): group
        case .inFlight, .delayed, .delayedGroup: nil
        }
    }

    package func encode(into writer: inout RecordWriter) {
        switch self {
        case .inFlight(let receives):
            writer.byte(0)
            writer.optional(receives) { writer, receives in receives.encode(into: &writer) }
        case .delayed: writer.byte(1)
        case .delayedGroup(let group):
            writer.byte(2)
            writer.string(group)
        case .inFlightOfTenant(let receives, let group):
            writer.byte(3)
            receives.encode(into: &writer)
            writer.string(group)
        case .delayedOfTenant(let group):
            writer.byte(4)
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
        case 3:
            let receives = try FlightRecord.Receives(from: &reader)
            self = .inFlightOfTenant(receives, try reader.readString())
        case 4: self = .delayedOfTenant(try reader.readString())
        default: throw reader.error(.invalidValue)
        }
    }
}
