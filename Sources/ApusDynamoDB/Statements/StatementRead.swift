internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
package import DynamoDBItems
package import PartiQL

/// A SELECT.
package struct StatementRead: Sendable {
    package let select: PartiQLStatement.Select
    package let reference: TableReference

    package init(_ select: PartiQLStatement.Select, in call: borrowing Call) throws(ServiceError) {
        self.select = select
        self.reference = try TableReference(select.source.table, in: call)
    }

    /// One page.
    package struct Page: Sendable {
        package var items: [Item] = []
        package var next: StatementPlace?
        package var lastKey: Item?
        package var consumption = Consumption()
    }

    private func index(of table: TableRecord?) -> IndexRecord? {
        table?.indexes.first { $0.name == self.select.source.index }
    }

    private func plan(_ table: TableRecord, _ index: IndexRecord?) throws(ItemError) -> SelectPlan {
        try self.select.plan(
            hash: index?.hash ?? [table.hash], sort: index?.sort ?? (table.sort.map { [$0] } ?? []))
    }

    /// The table, once the caller may do this with it; `operation` is the one that has the statement among others.
    package func open(enclosing operation: String? = nil, in call: inout Call) throws(ServiceError) -> OpenTable {
        try call.open(self.reference, for: "dynamodb:PartiQLSelect", index: self.select.source.index) {
            record, access in
            self.describe(record, enclosing: operation, &access)
        }
    }

    private func describe(_ table: TableRecord?, enclosing operation: String?, _ access: inout ItemAccess) {
        access.enclosingOperation = operation
        access.select = self.select.columns == nil ? "ALL_ATTRIBUTES" : "SPECIFIC_ATTRIBUTES"
        access.add(self.select.columns?.map(\.path) ?? [])
        access.add(self.select.condition?.expression.documentPaths ?? [])
        guard let table else { return }
        let queries = (try? self.plan(table, self.index(of: table)))?.queries
        for query in queries ?? [] { access.add(leadingKey: query.hash[0]) }
        access.isFullScan = queries == nil
    }

    /// What of an item is answered.
    package func shown(_ item: Item) -> Item {
        self.select.columns.map { PartiQLColumn.applied($0, to: item) } ?? item
    }

    /// Reads from `start` on, up to `limit` items before the filter and about a megabyte.
    package func page(
        of table: OpenTable, from start: StatementPlace?, limit: Int?, consistentRead: Bool?, in call: inout Call
    ) throws(ServiceError) -> Page {
        let index = try PageRules.index(self.select.source.index, of: table.record, consistentRead: consistentRead)
        let plan = try validated { () throws(ItemError) in try self.plan(table.record, index) }
        if let key = start?.key { try PageRules.checkStart(key, of: .query, index, in: table.record) }
        let consistency: Consumption.Consistency = consistentRead == true ? .strong : .eventual
        var read = PageRead(
            table, index: index, selection: self.selection, filter: plan.filter, limit: limit, consistency: consistency)
        var page = Page()
        let queries = plan.queries
        var place = start ?? StatementPlace(query: 0, key: nil)
        var left = limit ?? .max
        let meter = queries == nil ? nil : call.meter(of: table, for: .read)
        while place.query < queries?.count ?? 1 {
            read.limit = left
            // What is throttled after a part of the page was read ends the page.
            if page.consumption.total > 0, meter?.throttling(.read, of: index) != nil { break }
            let found: PageRead.Page
            if let queries {
                found = try Query.page(
                    read, queries[place.query], place.key, plan.isDescending ? .backward : .forward, in: &call)
            } else {
                found = try Scan.page(read, .whole, place.key, in: &call)
            }
            page.items += (found.items ?? []).map { self.shown($0.item) }
            page.consumption.add(found.consumption)
            left -= found.scannedCount
            page.lastKey = found.lastKey
            place = StatementPlace(query: place.query + (found.lastKey == nil ? 1 : 0), key: found.lastKey)
            let bytes = page.consumption.total / consistency.factor * Double(DynamoDBLimits.readUnitBytes)
            if found.lastKey != nil || left <= 0 || bytes >= Double(DynamoDBLimits.pageBytes) { break }
        }
        if place.query < queries?.count ?? 1 { page.next = place }
        return page
    }

    /// Whole attributes: columns are cut out of them.
    private var selection: PageRead.Selection {
        guard let columns = self.select.columns else { return .everything }
        return .projected(Projection(names: columns.map { String(decoding: $0.path.attribute, as: UTF8.self) }))
    }

    /// The one item that WHERE names by its key, for requests of several statements.
    ///
    /// Errors: ValidationException where it does not name one; `operation` stands in its message.
    package func item(
        of table: OpenTable, for operation: String, _ consumption: inout Consumption,
        _ consistency: Consumption.Consistency, in call: inout Call
    ) throws(ServiceError) -> Item? {
        guard self.select.source.index == nil, self.select.order.isEmpty,
            let plan = try? WritePlan(self.select.condition, keys: table.record.keyAttributes)
        else {
            throw CommonError.validation(
                "Select statements within \(operation) must specify the primary key in the where clause.")
        }
        let item = try call.item(at: table.record.key(plan.key))
        consumption.add(Consumption.read(item?.size ?? 0, consistency), to: nil)
        guard let item, plan.condition?.holds(for: item) ?? true else { return nil }
        return self.shown(item)
    }
}

/// Where the next page of a SELECT begins.
package struct StatementPlace: Equatable, Sendable {
    /// Of the plan's queries.
    package var query: Int
    /// The last key that was read of it; nil at its beginning.
    package var key: Item?

    package init(query: Int, key: Item?) {
        self.query = query
        self.key = key
    }

    /// The place as a NextToken, good for the same statement with the same parameters.
    package func token(_ input: ExecuteStatementInput) -> String {
        var writer = RecordWriter()
        writer.blob(Self.digest(input))
        writer.int(self.query)
        writer.optional(self.key) { $0.blob($1.bytes) }
        return Base64.encode(writer.bytes)
    }

    /// Errors: ValidationException where the token is of no page of this statement.
    package init?(token input: ExecuteStatementInput) throws(ServiceError) {
        guard let token = input.nextToken else { return nil }
        guard let bytes = Base64.decode(token) else { throw Self.invalid }
        let digest: [UInt8]
        let key: [UInt8]?
        do throws(RecordError) {
            var reader = RecordReader(bytes)
            digest = try reader.readBlob()
            self.query = Int(try reader.readInt())
            key = try reader.readOptional { (reader) throws(RecordError) in try reader.readBlob() }
        } catch {
            throw Self.invalid
        }
        do throws(ItemDamage) { self.key = try key.map { (key) throws(ItemDamage) in try Item(stored: key) } } catch {
            throw Self.invalid
        }
        guard digest == Self.digest(input) else { throw Self.invalid }
        guard self.query >= 0 else { throw Self.invalid }
    }

    private static func digest(_ input: ExecuteStatementInput) -> [UInt8] {
        var writer = RecordWriter()
        writer.string(input.statement)
        for parameter in input.parameters ?? [] { writer.blob(Array(parameter.value.encoded)) }
        return Array(Digest.sha256(writer.bytes).prefix(8))
    }

    private static let invalid = CommonError.validation("The provided NextToken is invalid.")
}
