internal import ApusBase
package import ApusService
package import ApusStore
package import DynamoDBExpressions
package import DynamoDBItems

/// What Query and Scan share: a page of a table or an index, filtered and projected.
package struct PageRead: Sendable {
    /// Which attributes are answered.
    package enum Selection: Sendable {
        /// Everything that the table or the index has.
        case everything
        /// The whole items of the table, where an index does not have them.
        case whole
        case projected(Projection)
        case count
    }

    package var table: OpenTable
    package var index: IndexRecord?
    package var selection: Selection
    package var filter: Condition?
    package var limit: Int?
    package var consistency: Consumption.Consistency

    package init(
        _ table: OpenTable, index: IndexRecord?, selection: Selection, filter: Condition?, limit: Int?,
        consistency: Consumption.Consistency
    ) {
        self.table = table
        self.index = index
        self.selection = selection
        self.filter = filter
        self.limit = limit
        self.consistency = consistency
    }

    /// What was read.
    package struct Page: Sendable {
        package var items: [ItemInput]?
        package var count = 0
        package var scannedCount = 0
        /// Where the next page begins; nil where everything was seen.
        package var lastKey: Item?
        package var consumption = Consumption()
    }

    /// The items before the filter.
    private struct Run {
        var items: [Item] = []
        var bytes = 0
        var isCutOff = false
        let limit: Int

        /// A page ends with the item that fills it, and nobody looks whether another follows.
        mutating func add(_ item: Item) -> ScanStep {
            self.items.append(item)
            self.bytes += item.size
            self.isCutOff = self.items.count >= self.limit || self.bytes >= DynamoDBLimits.pageBytes
            return self.isCutOff ? .stop : .next
        }
    }

    package func read<Key: StoreKey>(
        _ range: KeyRange<Key>, _ direction: ScanDirection, in call: inout Call
    ) throws(ServiceError) -> Page where Key.Value == StoredItem {
        let meter = call.meter(of: self.table, for: .read)
        if let throttling = meter?.throttling(.read, of: self.index) { throw throttling.error }
        var run = Run(limit: min(self.limit ?? .max, DynamoDBLimits.pageItems))
        try call.scan(range, direction: direction) { _, stored in run.add(stored.item) }
        var page = Page()
        page.scannedCount = run.items.count
        page.consumption.add(Consumption.read(run.bytes, self.consistency), to: self.index)
        if run.isCutOff { page.lastKey = run.items.last.map(self.keyProjection.applied(to:)) }
        var items: [ItemInput] = []
        for entry in run.items {
            let item = try self.completed(entry, &page.consumption, in: &call)
            if let filter, !filter.holds(for: item) { continue }
            page.count += 1
            switch self.selection {
            case .count: break
            case .everything, .whole: items.append(ItemInput(item))
            case .projected(let projection): items.append(ItemInput(projection.applied(to: item)))
            }
        }
        if case .count = self.selection {} else { page.items = items }
        meter?.take(page.consumption, .read)
        meter?.keep()
        return page
    }

    /// Key attributes of the index and of the table.
    private var keyProjection: Projection {
        let keys = self.table.record.keyAttributes + (self.index?.keyAttributes ?? [])
        return Projection(names: keys.map(\.name))
    }

    /// The item of the table for an entry of a local index that lacks what is wanted.
    private func completed(
        _ entry: Item, _ consumption: inout Consumption, in call: inout Call
    ) throws(ServiceError) -> Item {
        guard self.mustFetch, let key = self.table.record.key(ofStored: entry), let item = try call.item(at: key) else {
            return entry
        }
        consumption.add(Consumption.read(item.size, self.consistency), to: nil)
        return item
    }

    /// Whether entries of the index lack something that the request needs. Only local indexes have their items fetched.
    private var mustFetch: Bool {
        guard let index, index.kind == .local, let has = index.projection(in: self.table.record) else { return false }
        let names = Set(has.attributes)
        let filtered = self.filter?.documentPaths.map(\.attribute) ?? []
        switch self.selection {
        case .whole: return true
        case .everything, .count: return !names.isSuperset(of: filtered)
        case .projected(let projection): return !names.isSuperset(of: projection.attributes + filtered)
        }
    }
}
