package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
package import DynamoDBItems

extension Call {
    /// The answer to ReturnItemCollectionMetrics: only tables with local indexes have item collections.
    ///
    /// The size is that of the items and of their entries in local indexes; of large collections that of the first items.
    package mutating func collectionMetrics(
        _ wanted: String?, of key: ItemKey, _ item: Item, in table: OpenTable
    ) throws(ServiceError) -> ItemCollectionMetrics? {
        let indexes = table.record.indexes.filter { $0.kind == .local }
        guard wanted == "SIZE", !indexes.isEmpty else { return nil }
        var bytes = 0
        var count = 0
        try self.scan(ItemKey.collection(table: key.table, hash: key.hash)) { _, stored in
            bytes += stored.item.size
            for index in indexes where index.sort.allSatisfy({ stored.item[$0.name] != nil }) {
                bytes += index.entry(of: stored.item, in: table.record).size
            }
            count += 1
            return count < DynamoDBLimits.measuredItems ? .next : .stop
        }
        let gigabytes = (Double(bytes) / Double(1 << 30)).rounded(.down)
        let hash = Projection(names: [table.record.hash.name]).applied(to: item)
        return ItemCollectionMetrics(
            itemCollectionKey: ItemInput(hash), sizeEstimateRangeGB: [gigabytes, gigabytes + 1])
    }
}
