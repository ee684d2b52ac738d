internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
package enum Scan: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ScanInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the table")
    }

    package static func perform(_ input: ScanInput, in call: inout Call) throws(ServiceError) -> ScanOutput {
        let reference = try TableReference(input.tableName, in: call)
        let segment = try Self.segment(input)
        let start = try input.exclusiveStartKey.map { key throws(ServiceError) in
            try validated { () throws(ItemError) in try key.checked() }
        }
        let (filter, projection) = try Self.expressions(input)
        let table = try call.open(reference, for: "dynamodb:Scan", index: input.indexName) { _, access in
            access.add(projection)
            access.add(filter?.documentPaths ?? [])
            access.select = input.select ?? access.select
            access.returnConsumedCapacity = input.returnConsumedCapacity
            access.isFullScan = true
        }
        let index = try PageRules.index(input.indexName, of: table.record, consistentRead: input.consistentRead)
        let selection = try PageRules.selection(
            input.select, projection, isExpression: input.projectionExpression != nil, index: index, in: table.record)
        if let start { try PageRules.checkStart(start, of: .scan, index, in: table.record) }
        let read = PageRead(
            table, index: index, selection: selection, filter: filter, limit: input.limit,
            consistency: input.consistentRead == true ? .strong : .eventual)
        let page = try Self.page(read, segment, start, in: &call)
        return ScanOutput(
            items: page.items, count: page.count, scannedCount: page.scannedCount,
            lastEvaluatedKey: page.lastKey.map { ItemInput($0) },
            consumedCapacity: page.consumption.answer(input.returnConsumedCapacity, table: input.tableName))
    }

    /// A page of everything.
    static func page(
        _ read: PageRead, _ segment: Segment, _ start: Item?, in call: inout Call
    ) throws(ServiceError) -> PageRead.Page {
        let table = read.table.record
        let place = start.flatMap(table.key(ofStored:))
        if let index = read.index {
            var range = IndexEntryKey.segment(index: index.id, segment)
            if let start, let place, let entry = index.key(of: start, at: place) {
                guard segment.contains(entry.hash) else { throw Self.wrongSegment(segment) }
                range = range.after(entry)
            }
            return try read.read(range, .forward, in: &call)
        }
        var range = ItemKey.segment(table: table.id, segment)
        if let place {
            guard segment.contains(place.hash) else { throw Self.wrongSegment(segment) }
            range = range.after(place)
        }
        return try read.read(range, .forward, in: &call)
    }

    private static func wrongSegment(_ segment: Segment) -> ServiceError {
        CommonError.validation(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: \(segment.total) Segment: \(segment.number)"
        )
    }

    private static func segment(_ input: ScanInput) throws(ServiceError) -> Segment {
        switch (input.segment, input.totalSegments) {
        case (nil, nil): return .whole
        case (.some, nil):
            throw CommonError.validation(
                "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
            )
        case (nil, .some):
            throw CommonError.validation(
                "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
            )
        case (let number?, let total?):
            guard number < total else {
                throw CommonError.validation(
                    "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: \(number) is not less than TotalSegments: \(total)"
                )
            }
            return Segment(number: number, total: total)
        }
    }

    private static func expressions(
        _ input: ScanInput
    ) throws(ServiceError) -> (filter: Condition?, projection: Projection?) {
        var expressions = try RequestExpressions(
            names: input.expressionAttributeNames, values: input.expressionAttributeValues,
            expressions: [
                ("ProjectionExpression", input.projectionExpression != nil),
                ("FilterExpression", input.filterExpression != nil),
            ],
            older: [
                ("AttributesToGet", input.attributesToGet != nil), ("ScanFilter", input.scanFilter != nil),
                ("ConditionalOperator", input.conditionalOperator != nil),
            ])
        let filter = try expressions.condition(input.filterExpression, as: .filter)
        let projection = try expressions.projection(input.projectionExpression)
        try expressions.finish()
        return (
            try OlderParameters.filter(input.scanFilter, input.conditionalOperator, unless: filter),
            try OlderParameters.projection(input.attributesToGet, unless: projection)
        )
    }
}
