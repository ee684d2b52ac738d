internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
package enum Query: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: QueryInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the table's key")
    }

    package static func perform(_ input: QueryInput, in call: inout Call) throws(ServiceError) -> QueryOutput {
        let reference = try TableReference(input.tableName, in: call)
        let start = try input.exclusiveStartKey.map { key throws(ServiceError) in
            try validated { () throws(ItemError) in try key.checked() }
        }
        let parts = try QueryParts(input)
        let table = try call.open(reference, for: "dynamodb:Query", index: input.indexName) { record, access in
            parts.describe(input, record, &access)
        }
        let index = try PageRules.index(input.indexName, of: table.record, consistentRead: input.consistentRead)
        let selection = try PageRules.selection(
            input.select, parts.projection, isExpression: input.projectionExpression != nil, index: index,
            in: table.record)
        let condition = try parts.keyCondition(index, table.record)
        try parts.checkFilter(index, table.record)
        if let start { try PageRules.checkStart(start, of: .query, index, in: table.record) }
        let read = PageRead(
            table, index: index, selection: selection, filter: parts.filter, limit: input.limit,
            consistency: input.consistentRead == true ? .strong : .eventual)
        let direction: ScanDirection = input.scanIndexForward == false ? .backward : .forward
        let page = try Self.page(read, condition, start, direction, in: &call)
        return QueryOutput(
            items: page.items, count: page.count, scannedCount: page.scannedCount,
            lastEvaluatedKey: page.lastKey.map { ItemInput($0) },
            consumedCapacity: page.consumption.answer(input.returnConsumedCapacity, table: input.tableName))
    }

    /// A page of what a key condition asks for.
    static func page(
        _ read: PageRead, _ condition: KeyCondition, _ start: Item?, _ direction: ScanDirection, in call: inout Call
    ) throws(ServiceError) -> PageRead.Page {
        let table = read.table.record
        guard let hash = IndexRecord.hash(condition.hash) else { throw TableRecord.mismatch }
        let place = start.flatMap(table.key(ofStored:))
        if let index = read.index {
            var range = IndexEntryKey.range(index: index.id, hash: hash, condition)
            if let start, let place {
                guard let entry = index.key(of: start, at: place), entry.hash == hash else { throw PageRules.outside() }
                range = try Self.rest(of: range, entry, direction)
            }
            return try read.read(range, direction, in: &call)
        }
        var range = ItemKey.range(table: table.id, hash: hash, condition.sort)
        if let place {
            guard place.hash == hash else { throw PageRules.outside() }
            range = try Self.rest(of: range, place, direction)
        }
        return try read.read(range, direction, in: &call)
    }

    /// What lies behind a start key, which must lie in the range itself.
    private static func rest<Key: StoreKey>(
        of range: KeyRange<Key>, _ key: Key, _ direction: ScanDirection
    ) throws(ServiceError) -> KeyRange<Key> {
        let bytes = key.encoded
        guard !bytes.lexicographicallyPrecedes(range.start), bytes.lexicographicallyPrecedes(range.end) else {
            throw PageRules.outside()
        }
        return direction == .forward ? range.after(key) : range.before(key)
    }
}

/// The expressions of a query.
private struct QueryParts: Sendable {
    let comparisons: [KeyComparison]
    let filter: Condition?
    let filterName: String
    let projection: Projection?

    init(_ input: QueryInput) throws(ServiceError) {
        // KeyConditions go together with the other expressions, as long as there is no KeyConditionExpression.
        let hasBoth = input.keyConditions != nil && input.keyConditionExpression != nil
        var expressions = try RequestExpressions(
            names: input.expressionAttributeNames, values: input.expressionAttributeValues,
            expressions: [
                ("ProjectionExpression", input.projectionExpression != nil),
                ("FilterExpression", input.filterExpression != nil),
                ("KeyConditionExpression", input.keyConditionExpression != nil),
            ],
            older: [
                ("AttributesToGet", input.attributesToGet != nil), ("QueryFilter", input.queryFilter != nil),
                ("ConditionalOperator", input.conditionalOperator != nil), ("KeyConditions", hasBoth),
            ])
        let key = try expressions.condition(input.keyConditionExpression, as: .keyCondition)
        let filter = try expressions.condition(input.filterExpression, as: .filter)
        let projection = try expressions.projection(input.projectionExpression)
        try expressions.finish()
        self.filter = try OlderParameters.filter(input.queryFilter, input.conditionalOperator, unless: filter)
        self.filterName = input.filterExpression == nil ? "QueryFilter" : "Filter Expression"
        self.projection = try OlderParameters.projection(input.attributesToGet, unless: projection)
        if let key {
            self.comparisons = try validated { () throws(ItemError) in try key.keyComparisons() }
        } else if let conditions = OlderParameters.conditions(input.keyConditions) {
            self.comparisons = try validated { () throws(ItemError) in try KeyComparison.comparisons(conditions) }
        } else {
            throw CommonError.validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
        }
    }

    func keyCondition(_ index: IndexRecord?, _ table: TableRecord) throws(ServiceError) -> KeyCondition {
        try validated { () throws(ItemError) in
            try KeyCondition(
                self.comparisons, hash: index?.hash ?? [table.hash],
                sort: index?.sort ?? (table.sort.map { [$0] } ?? []))
        }
    }

    func checkFilter(_ index: IndexRecord?, _ table: TableRecord) throws(ServiceError) {
        let keys = index?.keyAttributes ?? table.keyAttributes
        for path in self.filter?.documentPaths ?? [] {
            let name = String(decoding: path.attribute, as: UTF8.self)
            if keys.contains(where: { $0.name == name }) {
                throw CommonError.validation(
                    "\(self.filterName) can only contain non-primary key attributes: Primary key attribute: \(name)")
            }
        }
    }

    func describe(_ input: QueryInput, _ table: TableRecord?, _ access: inout ItemAccess) {
        let index = table?.indexes.first { $0.name == input.indexName }
        let hash = Set((index?.hash ?? table.map { [$0.hash] } ?? []).map(\.name))
        for comparison in self.comparisons {
            access.attributes.insert(comparison.attribute)
            if hash.contains(comparison.attribute) { comparison.values.forEach { access.add(leadingKey: $0) } }
        }
        access.add(self.projection)
        access.add(self.filter?.documentPaths ?? [])
        access.select = input.select ?? access.select
        access.returnConsumedCapacity = input.returnConsumedCapacity
    }
}
