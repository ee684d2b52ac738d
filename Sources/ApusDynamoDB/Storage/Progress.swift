internal import ApusBase
internal import ApusService
internal import ApusStore
internal import DynamoDBItems

// What workers have in common that go through a table's items, some in each transaction.

extension RecordWriter {
    mutating func table(_ table: TableReference) {
        self.string(table.account)
        self.string(table.region)
        self.string(table.name)
    }

    mutating func itemKey(_ key: ItemKey) {
        self.uint(key.table)
        self.blob(key.hash)
        self.blob(key.sort)
    }
}

extension RecordReader {
    mutating func readTable() throws(RecordError) -> TableReference {
        let account = try self.readString()
        let region = try self.readString()
        return TableReference(account: account, region: region, name: try self.readString())
    }

    mutating func readItemKey() throws(RecordError) -> ItemKey {
        ItemKey(table: try self.readUInt(), hash: try self.readBlob(), sort: try self.readBlob())
    }
}

extension Call {
    /// Items of a table after `last`, in their order: up to `limit` of them, and no more once they have `bytes`; whether they are
    /// the last ones.
    mutating func items(
        of table: UInt64, after last: ItemKey?, limit: Int, bytes room: Int
    ) throws(ServiceError) -> (items: [(key: ItemKey, item: Item)], isLast: Bool) {
        var items: [(key: ItemKey, item: Item)] = []
        var bytes = 0
        var isLast = true
        let all = ItemKey.all(table: table)
        try self.scan(last.map { all.after($0) } ?? all) { key, stored in
            guard items.count < limit, bytes < room else {
                isLast = false
                return .stop
            }
            items.append((key, stored.item))
            bytes += stored.item.bytes.count
            return .next
        }
        return (items, isLast)
    }
}
