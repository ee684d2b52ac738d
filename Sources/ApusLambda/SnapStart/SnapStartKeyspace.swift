package import ApusBase
package import ApusStore

/// `402B, function, number`: what came of initialising a published version with SnapStart. None: it is pending.
package struct SnapStartKey: NumberedKey {
    package typealias Value = SnapStartRecord
    package static let tag = KeyTag.lambdaSnapStart
    package var function: UInt64
    package var number: UInt64

    package init(function: UInt64, number: UInt64) {
        self.function = function
        self.number = number
    }
}

/// `402C, function, number`: a published version with SnapStart that is still to be initialised.
package struct SnapStartPendingKey: NumberedKey {
    package typealias Value = SnapStartPendingRecord
    package static let tag = KeyTag.lambdaSnapStartPending
    package var function: UInt64
    package var number: UInt64

    package init(function: UInt64, number: UInt64) {
        self.function = function
        self.number = number
    }
}

/// Whether a version's code initialises, and whether its environments come from a snapshot.
package struct SnapStartRecord: StoreValue, Equatable {
    package enum Outcome: UInt64, Sendable {
        case on = 1
        case off = 2
        case failed = 3
    }
    package var outcome: Outcome
    /// Of one that failed: `StateReasonCode` and `StateReason`.
    package var code: String?
    /// Why there is no snapshot, or why the code does not initialise.
    package var reason: String?

    package init(outcome: Outcome, code: String? = nil, reason: String? = nil) {
        self.outcome = outcome
        self.code = code
        self.reason = reason
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.outcome.rawValue)
        writer.optional(self.code) { $0.string($1) }
        writer.optional(self.reason) { $0.string($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        guard let outcome = Outcome(rawValue: try reader.readUInt()) else { throw reader.error(.invalidValue) }
        self.outcome = outcome
        self.code = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.reason = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}

/// Of the function, so that whoever initialises the version finds it.
package struct SnapStartPendingRecord: StoreValue, Equatable {
    package var key: FunctionKey

    package init(key: FunctionKey) { self.key = key }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.key.account)
        writer.string(self.key.region)
        writer.string(self.key.name)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.key = FunctionKey(
            account: try reader.readString(), region: try reader.readString(), name: try reader.readString())
    }
}
