package import ApusBase
package import ApusStore

/// `3020, group`: that a group's events expire, and when the worker looks at the group next.
package struct LogRetentionKey: StoreKey {
    package typealias Value = LogRetentionRecord
    package static let tag = KeyTag.logsRetention
    package var group: UInt64

    package init(group: UInt64) { self.group = group }
    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.group) }
    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.group = try decoder.readInteger() }
}

/// `3021, due (ms), group`: groups in the order in which the worker looks at them.
package struct LogRetentionDueKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.logsRetentionDue
    package var due: Timestamp
    package var group: UInt64

    package init(due: Timestamp, group: UInt64) {
        self.due = due
        self.group = group
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.due.milliseconds)
        encoder.append(self.group)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.due = Timestamp(milliseconds: try decoder.readInt64())
        self.group = try decoder.readInteger()
    }
}

/// A group whose events expire.
package struct LogRetentionRecord: StoreValue, Equatable {
    package var account: String
    package var region: String
    package var name: String
    package var due: Timestamp
    /// In this round everything before it is deleted: the next batch begins here, past the tombstones. nil between rounds.
    package var reached: Timestamp?

    package init(account: String, region: String, name: String, due: Timestamp, reached: Timestamp? = nil) {
        self.account = account
        self.region = region
        self.name = name
        self.due = due
        self.reached = reached
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.account)
        writer.string(self.region)
        writer.string(self.name)
        writer.timestamp(self.due)
        writer.optional(self.reached) { $0.timestamp($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.account = try reader.readString()
        self.region = try reader.readString()
        self.name = try reader.readString()
        self.due = try reader.readTimestamp()
        self.reached = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
    }

    package var groupKey: LogGroupKey { LogGroupKey(account: self.account, region: self.region, name: self.name) }
}
