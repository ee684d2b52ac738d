package import ApusBase

/// Contributor insights of a table or of one of its global indexes, from the first time on that they were switched.
package struct InsightsSettings: Equatable, Sendable {
    package enum Mode: UInt8, Sendable, CaseIterable {
        case accessedAndThrottledKeys = 1
        case throttledKeys = 2

        package var name: String {
            switch self {
            case .accessedAndThrottledKeys: "ACCESSED_AND_THROTTLED_KEYS"
            case .throttledKeys: "THROTTLED_KEYS"
            }
        }
    }

    /// The id of the table or of the index.
    package var id: UInt64
    package var isEnabled: Bool
    package var mode: Mode
    /// LastUpdateDateTime.
    package var updated: Timestamp

    package init(id: UInt64, isEnabled: Bool, mode: Mode, updated: Timestamp) {
        self.id = id
        self.isEnabled = isEnabled
        self.mode = mode
        self.updated = updated
    }

    package var status: String { self.isEnabled ? "ENABLED" : "DISABLED" }

    /// ContributorInsightsMode; nil where nothing is watched.
    package var shownMode: String? { self.isEnabled ? self.mode.name : nil }

    func encode(into writer: inout RecordWriter) {
        writer.uint(self.id)
        writer.bool(self.isEnabled)
        writer.byte(self.mode.rawValue)
        writer.timestamp(self.updated)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.id = try reader.readUInt()
        self.isEnabled = try reader.readBool()
        self.mode = try reader.readCode(Mode.self)
        self.updated = try reader.readTimestamp()
    }
}
