internal import ApusBase
package import ApusService
internal import DynamoDBExpressions
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
package enum BatchGetItem: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: BatchGetItemInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks for each table, once it knows the table's key")
    }

    package static func perform(
        _ input: BatchGetItemInput, in call: inout Call
    ) throws(ServiceError) -> BatchGetItemOutput {
        let requests = input.requestItems.sorted { $0.key < $1.key }
        guard requests.reduce(0, { $0 + $1.value.keys.count }) <= DynamoDBLimits.batchGetItems else {
            throw CommonError.validation("Too many items requested for the BatchGetItem call")
        }
        // Of all tables together, as AWS does.
        try RequestExpressions.checkMixture(
            expressions: [("ProjectionExpression", requests.contains { $0.value.projectionExpression != nil })],
            older: [("AttributesToGet", requests.contains { $0.value.attributesToGet != nil })])
        var parts: [BatchGetPart] = []
        for (name, request) in requests { parts.append(try BatchGetPart(name, request, in: call)) }
        var output = BatchGetItemOutput(responses: [:], unprocessedKeys: [:])
        var capacities: [ConsumedCapacity] = []
        var budget = DynamoDBLimits.batchGetBytes
        var meters: [ThroughputMeter] = []
        var throttlings: [Throttling] = []
        var reads = 0
        for part in parts {
            let answer = try part.read(input.returnConsumedCapacity, &budget, in: &call)
            output.responses?[part.name] = answer.items
            if let meter = answer.meter { meters.append(meter) }
            throttlings += answer.throttlings
            reads += part.request.keys.count - answer.unprocessed.count
            if !answer.unprocessed.isEmpty {
                var rest = part.request
                rest.keys = answer.unprocessed
                output.unprocessedKeys?[part.name] = rest
            }
            if let capacity = answer.consumption.answer(input.returnConsumedCapacity, table: part.name) {
                capacities.append(capacity)
            }
        }
        if reads == 0, !throttlings.isEmpty { throw Throttling.error(throttlings) }
        for meter in meters { meter.keep() }
        if input.returnConsumedCapacity != nil, !capacities.isEmpty { output.consumedCapacity = capacities }
        return output
    }
}

/// What a batch wants of one table.
private struct BatchGetPart {
    let name: String
    let request: KeysAndAttributes
    private let reference: TableReference
    private let keys: [Item]
    private let projection: Projection?

    init(_ name: String, _ request: KeysAndAttributes, in call: borrowing Call) throws(ServiceError) {
        self.name = name
        self.request = request
        self.reference = try TableReference(name, in: call)
        var keys: [Item] = []
        for key in request.keys { keys.append(try validated { () throws(ItemError) in try key.checked() }) }
        guard Set(keys).count == keys.count else {
            throw CommonError.validation("Provided list of item keys contains duplicates")
        }
        self.keys = keys
        var expressions = try RequestExpressions(
            names: request.expressionAttributeNames, values: nil,
            expressions: [("ProjectionExpression", request.projectionExpression != nil)],
            older: [("AttributesToGet", request.attributesToGet != nil)])
        let projection = try expressions.projection(request.projectionExpression)
        try expressions.finish()
        self.projection = try OlderParameters.projection(request.attributesToGet, unless: projection)
    }

    struct Answer {
        var items: [ItemInput] = []
        var unprocessed: [ItemInput] = []
        var consumption = Consumption()
        var throttlings: [Throttling] = []
        /// Keeps what was taken, once the whole batch is read.
        var meter: ThroughputMeter?
    }

    /// - Parameter budget: bytes that the whole answer may still take.
    func read(_ capacity: String?, _ budget: inout Int, in call: inout Call) throws(ServiceError) -> Answer {
        let table = try call.open(self.reference, for: "dynamodb:BatchGetItem") { record, access in
            for key in self.keys {
                access.add(key: key, in: record)
                access.add(attributesOf: key)
            }
            access.add(self.projection)
            access.returnConsumedCapacity = capacity
        }
        let consistency: Consumption.Consistency = self.request.consistentRead == true ? .strong : .eventual
        var places: [ItemKey] = []
        for key in self.keys { places.append(try table.record.key(key)) }
        var answer = Answer()
        let meter = call.meter(of: table, for: .read)
        answer.meter = meter
        for (key, place) in zip(self.request.keys, places) {
            guard budget > 0 else {
                answer.unprocessed.append(key)
                continue
            }
            if let throttling = meter?.throttling(.read) {
                answer.throttlings.append(throttling)
                answer.unprocessed.append(key)
                continue
            }
            let item = try call.item(at: place)
            let units = Consumption.read(item?.size ?? 0, consistency)
            meter?.take(units, .read)
            answer.consumption.table += units
            guard let item else { continue }
            guard item.size <= budget else {
                budget = 0
                answer.unprocessed.append(key)
                continue
            }
            budget -= item.size
            answer.items.append(ItemInput(self.projection?.applied(to: item) ?? item))
        }
        return answer
    }
}
