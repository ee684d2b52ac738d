package import ApusBase

/// What backups, recovery to a point in time and restores have to do with a table.
package struct TableBackups: Equatable, Sendable {
    /// Recovery to a point in time, where it is on.
    package struct History: Equatable, Sendable {
        /// Of the old images; never used again.
        package var id: UInt64
        /// When it was switched on.
        package var since: Timestamp
        /// RecoveryPeriodInDays.
        package var days: Int

        package init(id: UInt64, since: Timestamp, days: Int) {
            self.id = id
            self.since = since
            self.days = days
        }

        /// EarliestRestorableDateTime.
        package func earliest(_ now: Timestamp) -> Timestamp {
            max(self.since, now - Int64(self.days) * Timestamp.dayMilliseconds)
        }
    }

    /// What a restored table was made of.
    package struct Origin: Equatable, Sendable {
        package var backupARN: String?
        package var tableARN: String
        /// The moment whose items it has.
        package var time: Timestamp
        package var inProgress: Bool

        package init(backupARN: String?, tableARN: String, time: Timestamp, inProgress: Bool) {
            self.backupARN = backupARN
            self.tableARN = tableARN
            self.time = time
            self.inProgress = inProgress
        }

        package var summary: RestoreSummary {
            RestoreSummary(
                restoreDateTime: self.time, restoreInProgress: self.inProgress, sourceBackupArn: self.backupARN,
                sourceTableArn: self.tableARN)
        }
    }

    /// The copies that are made of the table at this moment: each wants the old image of an item's first change.
    package var copies: [UInt64] = []
    package var history: History?
    package var origin: Origin?

    package init() {}

    package var wantOldImages: Bool { !self.copies.isEmpty || self.history != nil }
    package var isRestoring: Bool { self.origin?.inProgress == true }

    func encode(into writer: inout RecordWriter) {
        writer.array(self.copies) { $0.uint($1) }
        writer.optional(self.history) { writer, history in
            writer.uint(history.id)
            writer.timestamp(history.since)
            writer.int(history.days)
        }
        writer.optional(self.origin) { writer, origin in
            writer.optional(origin.backupARN) { $0.string($1) }
            writer.string(origin.tableARN)
            writer.timestamp(origin.time)
            writer.bool(origin.inProgress)
        }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.copies = try reader.readArray { (reader) throws(RecordError) in try reader.readUInt() }
        self.history = try reader.readOptional { (reader) throws(RecordError) in
            History(id: try reader.readUInt(), since: try reader.readTimestamp(), days: Int(try reader.readInt()))
        }
        self.origin = try reader.readOptional { (reader) throws(RecordError) in
            Origin(
                backupARN: try reader.readOptional { (reader) throws(RecordError) in try reader.readString() },
                tableARN: try reader.readString(), time: try reader.readTimestamp(), inProgress: try reader.readBool())
        }
    }
}
