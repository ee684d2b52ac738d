package import ApusBase

/// How the capacity of a table and of its global indexes was changed lately: what says whether it may be changed again.
package struct CapacityHistory: Equatable, Sendable {
    /// Changes of provisioned throughput. Those of the table itself have their times in its settings.
    package struct Changes: Equatable, Sendable {
        package var lastIncrease: Timestamp?
        package var lastDecrease: Timestamp?
        /// On the day, in UTC, of the last one.
        package var decreases = 0

        package init() {}

        package func decreasesToday(_ now: Timestamp) -> Int {
            guard let last = self.lastDecrease, now < last.nextDay else { return 0 }
            return self.decreases
        }
    }

    /// Decreases of the table on the day of its last one.
    package var decreases = 0
    /// By the index's id.
    package var indexes: [UInt64: Changes] = [:]
    /// When the table went on demand, in the last 24 hours as of the last time; the latest at the end.
    package var switches: [Timestamp] = []

    package init() {}

    func encode(into writer: inout RecordWriter) {
        writer.int(self.decreases)
        writer.array(self.indexes.sorted { $0.key < $1.key }) { writer, index in
            writer.uint(index.key)
            writer.optional(index.value.lastIncrease) { $0.timestamp($1) }
            writer.optional(index.value.lastDecrease) { $0.timestamp($1) }
            writer.int(index.value.decreases)
        }
        writer.array(self.switches) { $0.timestamp($1) }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.decreases = Int(try reader.readInt())
        let indexes = try reader.readArray { (reader) throws(RecordError) in
            let id = try reader.readUInt()
            var changes = Changes()
            changes.lastIncrease = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp()
            }
            changes.lastDecrease = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp()
            }
            changes.decreases = Int(try reader.readInt())
            return (id, changes)
        }
        self.indexes = Dictionary(indexes) { $1 }
        self.switches = try reader.readArray { (reader) throws(RecordError) in try reader.readTimestamp() }
    }
}

extension TableRecord {
    /// Changes of the table's own provisioned throughput.
    package var capacityChanges: CapacityHistory.Changes {
        var changes = CapacityHistory.Changes()
        changes.lastIncrease = self.settings.lastIncrease
        changes.lastDecrease = self.settings.lastDecrease
        changes.decreases = self.capacity.decreases
        return changes
    }
}
