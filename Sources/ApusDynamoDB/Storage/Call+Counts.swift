package import ApusService
internal import ApusStore
internal import DynamoDBItems

extension Call {
    /// How much is in a table and in its indexes: counted where there is little; else estimated from the first items, whose
    /// places are evenly spread by the hash of their keys.
    package mutating func counts(of table: TableRecord) throws(ServiceError) -> [String?: ItemCounts] {
        var counts: [String?: ItemCounts] = [:]
        var sample = Sample()
        try self.scan(ItemKey.all(table: table.id)) { key, stored in sample.add(key.hash, stored.item.size) }
        counts[nil] = sample.estimate
        for index in table.indexes {
            var sample = Sample()
            try self.scan(IndexEntryKey.all(index: index.id)) { key, stored in
                sample.add(key.hash, stored.item.size)
            }
            counts[index.name] = sample.estimate
        }
        return counts
    }

    /// The first items of a table.
    private struct Sample {
        var items = 0
        var bytes = 0
        /// The first eight bytes of the last item's hash.
        var last: UInt64 = 0
        var isWhole = true

        mutating func add(_ hash: [UInt8], _ size: Int) -> ScanStep {
            guard self.items < DynamoDBLimits.countedItems, self.bytes < DynamoDBLimits.countedBytes else {
                self.isWhole = false
                return .stop
            }
            self.items += 1
            self.bytes += size
            self.last = hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            return .next
        }

        var estimate: ItemCounts {
            if self.isWhole { return ItemCounts(items: self.items, bytes: self.bytes) }
            let part = max(Double(self.last) / Double(UInt64.max), 1e-9)
            return ItemCounts(items: Int(Double(self.items) / part), bytes: Int(Double(self.bytes) / part))
        }
    }
}
