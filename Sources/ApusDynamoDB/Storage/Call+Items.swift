package import ApusService
internal import ApusStore
package import DynamoDBItems

/// One change of an item, as all that depends on it sees it.
package struct ItemChange: Sendable {
    package let key: ItemKey
    /// The item before; nil where there was none, or where nobody needed to know (`TableRecord.needsOldImages`).
    package let old: Item?
    /// The item after; nil where it was deleted.
    package let new: Item?
    package let cause: Cause

    package enum Cause: Sendable { case request, timeToLive }

    /// How the change came to this table; what was replicated is not replicated again.
    package let origin: Origin

    package enum Origin: Sendable { case here, replication }

    package init(
        _ key: ItemKey, from old: Item?, to new: Item?, because cause: Cause = .request, via origin: Origin = .here
    ) {
        self.key = key
        self.old = old
        self.new = new
        self.cause = cause
        self.origin = origin
    }
}

extension TableRecord {
    /// Whether a change of an item must know the item before: where something else than the item depends on it.
    package var needsOldImages: Bool {
        !self.indexes.isEmpty || self.stream?.isEnabled == true || self.timeToLive != nil
            || self.backups.wantOldImages || !self.replicas.isEmpty
    }
}

extension Call {
    package mutating func item(at key: ItemKey) throws(ServiceError) -> Item? { try self.get(key)?.item }

    /// Makes a change of an item, and of all that depends on it, in this transaction: the item, entries of indexes,
    /// the stream's record, the same item in other regions. Every change
    /// of every item, whatever causes it, goes through here, so that what depends on items is kept here alone.
    ///
    /// `change.old` must be the item as it is where `table.needsOldImages`. Returns the units of capacity that indexes take.
    package mutating func apply(_ change: ItemChange, to table: OpenTable) throws(ServiceError) -> Consumption {
        // What changes nothing is no change, for streams neither.
        if let old = change.old, change.new == old { return Consumption() }
        if let new = change.new {
            try self.put(change.key, StoredItem(new))
        } else if change.old != nil || !table.record.needsOldImages {
            try self.delete(change.key)
        }
        guard change.old != nil || change.new != nil else { return Consumption() }
        if table.record.backups.wantOldImages { try self.keepOld(change, of: table) }
        try self.tell(change, to: table)
        try self.noteExpiry(change, of: table)
        if !table.record.replicas.isEmpty, change.origin == .here { try self.replicate(change, of: table) }
        return try self.updateIndexes(change, of: table)
    }

    private mutating func updateIndexes(
        _ change: ItemChange, of table: OpenTable
    ) throws(ServiceError) -> Consumption {
        var consumption = Consumption()
        for index in table.record.indexes {
            let old = Self.entry(of: change.old, change.key, index, table.record)
            let new = Self.entry(of: change.new, change.key, index, table.record)
            if old?.key == new?.key {
                guard let old, let new, old.item != new.item else { continue }
                try self.put(new.key, StoredItem(new.item))
                consumption.add(Consumption.write(from: old.item, to: new.item), to: index)
                continue
            }
            if let old {
                try self.delete(old.key)
                consumption.add(Consumption.write(old.item.size), to: index)
            }
            if let new {
                try self.put(new.key, StoredItem(new.item))
                consumption.add(Consumption.write(new.item.size), to: index)
            }
        }
        return consumption
    }

    private static func entry(
        of item: Item?, _ place: ItemKey, _ index: IndexRecord, _ table: TableRecord
    ) -> (key: IndexEntryKey, item: Item)? {
        guard let item, let key = index.key(of: item, at: place) else { return nil }
        return (key, index.entry(of: item, in: table))
    }
}
