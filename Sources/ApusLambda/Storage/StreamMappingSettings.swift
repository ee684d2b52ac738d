package import ApusBase
package import ApusService

/// What a mapping of a stream is set to, beside what it has in common with one of a queue.
package struct StreamMappingSettings: Sendable, Equatable {
    package enum Position: UInt8, Sendable {
        case trimHorizon = 1
        case latest = 2
        case atTimestamp = 3

        package var name: String {
            switch self {
            case .trimHorizon: "TRIM_HORIZON"
            case .latest: "LATEST"
            case .atTimestamp: "AT_TIMESTAMP"
            }
        }

        package init?(_ name: String) {
            switch name {
            case "TRIM_HORIZON": self = .trimHorizon
            case "LATEST": self = .latest
            case "AT_TIMESTAMP": self = .atTimestamp
            default: return nil
            }
        }
    }

    package var position: Position
    /// Of LATEST the time at which the mapping was made.
    package var start: Timestamp
    package var parallelizationFactor = 1
    package var bisectsOnError = false
    /// nil: as long as the records are there.
    package var maximumRecordAgeSeconds: Int?
    /// nil: as often as it takes.
    package var maximumRetryAttempts: Int?
    /// ARN of a queue or function.
    package var onFailure: String?
    /// 0: none.
    package var tumblingWindowSeconds = 0

    package init(position: Position, start: Timestamp) {
        self.position = position
        self.start = start
    }

    /// Where reading begins.
    package var place: StreamPlace { self.position == .trimHorizon ? .trimHorizon : .at(self.start) }

    func encode(into writer: inout RecordWriter) {
        writer.byte(self.position.rawValue)
        writer.timestamp(self.start)
        writer.int(self.parallelizationFactor)
        writer.bool(self.bisectsOnError)
        writer.optional(self.maximumRecordAgeSeconds) { $0.int($1) }
        writer.optional(self.maximumRetryAttempts) { $0.int($1) }
        writer.optional(self.onFailure) { $0.string($1) }
        writer.int(self.tumblingWindowSeconds)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        guard let position = Position(rawValue: try reader.readByte()) else { throw reader.error(.invalidValue) }
        self.position = position
        self.start = try reader.readTimestamp()
        self.parallelizationFactor = Int(try reader.readInt())
        self.bisectsOnError = try reader.readBool()
        self.maximumRecordAgeSeconds = try reader.readOptional { (reader) throws(RecordError) in
            Int(try reader.readInt())
        }
        self.maximumRetryAttempts = try reader.readOptional { (reader) throws(RecordError) in
            Int(try reader.readInt())
        }
        self.onFailure = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.tumblingWindowSeconds = Int(try reader.readInt())
    }
}
