internal import ApusBase
package import ApusService
package import ApusStore
internal import DynamoDBItems

/// Puts the items of a table that were there before an index into the index, some in each transaction.
///
/// Changes of items keep the index from its first moment on, so the worker may meet entries that are there: they are the same.
package struct IndexFiller: Worker {
    /// Items of one transaction.
    private let batch: Int

    package init(batch: Int = DynamoDBLimits.filledItems) { self.batch = batch }

    package var name: String { "dynamodb-index-filler" }
    package var channel: Channel? { FillingKey.channel }

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        guard let (key, filling) = try call.first(FillingKey.range()) else { return .idle }
        guard var record = try call.get(filling.table.key),
            let place = record.indexes.firstIndex(where: { $0.id == key.index })
        else {
            try call.delete(key)
            return .more
        }
        let (items, isLast) = try call.items(
            of: record.id, after: filling.last, limit: self.batch, bytes: DynamoDBLimits.filledBytes)
        let index = record.indexes[place]
        for (itemKey, item) in items {
            guard let entry = index.key(of: item, at: itemKey) else { continue }
            try call.put(entry, StoredItem(index.entry(of: item, in: record)))
        }
        if isLast {
            record.indexes[place].status = .active
            try call.put(filling.table.key, record)
            try call.delete(key)
        } else {
            try call.put(key, FillingRecord(table: filling.table, last: items.last?.key ?? filling.last))
        }
        return .more
    }
}
