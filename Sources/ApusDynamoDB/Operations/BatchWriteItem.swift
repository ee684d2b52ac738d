internal import ApusBase
package import ApusService
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
///
/// AWS promises each write alone; here all of them are one transaction, and nothing is left unprocessed but what is throttled, or
/// what would make the transaction too large in all regions together.
package enum BatchWriteItem: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: BatchWriteItemInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks for each table, once it knows the table's key")
    }

    package static func perform(
        _ input: BatchWriteItemInput, in call: inout Call
    ) throws(ServiceError) -> BatchWriteItemOutput {
        let requests = input.requestItems.sorted { $0.key < $1.key }
        guard requests.reduce(0, { $0 + $1.value.count }) <= DynamoDBLimits.batchWriteItems else {
            throw CommonError.validation("Too many items requested for the BatchWriteItem call")
        }
        var parts: [BatchWritePart] = []
        for (name, request) in requests { parts.append(try BatchWritePart(name, request, in: call)) }
        var output = BatchWriteItemOutput(unprocessedItems: [:])
        var metrics: [String: [ItemCollectionMetrics]] = [:]
        var capacities: [ConsumedCapacity] = []
        var throttlings: [Throttling] = []
        var room = ReplicaLimits.batchBytes
        for part in parts {
            let answer = try part.write(input, room: &room, in: &call)
            throttlings += answer.throttlings
            if !answer.unprocessed.isEmpty { output.unprocessedItems?[part.name] = answer.unprocessed }
            if !answer.metrics.isEmpty { metrics[part.name] = answer.metrics }
            if let capacity = answer.consumption.answer(input.returnConsumedCapacity, table: part.name) {
                capacities.append(capacity)
            }
        }
        if !throttlings.isEmpty, throttlings.count == parts.reduce(0, { $0 + $1.requests.count }) {
            throw Throttling.error(throttlings)
        }
        if !metrics.isEmpty { output.itemCollectionMetrics = metrics }
        if !capacities.isEmpty { output.consumedCapacity = capacities }
        return output
    }
}

/// What a batch writes to one table.
private struct BatchWritePart {
    let name: String
    let requests: [WriteRequest]
    private let reference: TableReference
    private let writes: [Write]

    private enum Write {
        case put(Item)
        case delete(key: Item)

        var item: Item {
            switch self {
            case .put(let item), .delete(let item): item
            }
        }
    }

    struct Answer {
        var metrics: [ItemCollectionMetrics] = []
        var consumption = Consumption()
        var unprocessed: [WriteRequest] = []
        /// One for each that is unprocessed.
        var throttlings: [Throttling] = []
    }

    init(_ name: String, _ requests: [WriteRequest], in call: borrowing Call) throws(ServiceError) {
        self.name = name
        self.requests = requests
        self.reference = try TableReference(name, in: call)
        var writes: [Write] = []
        for request in requests {
            switch (request.putRequest, request.deleteRequest) {
            case (let put?, nil): writes.append(.put(try PutRules.checked(put.item)))
            case (nil, let delete?):
                writes.append(.delete(key: try validated { () throws(ItemError) in try delete.key.checked() }))
            // AWS answers these two in the words that it has for values.
            case (nil, nil): throw ItemError.empty.service
            case (.some, .some): throw ItemError.severalTypes.service
            }
        }
        self.writes = writes
    }

    /// - Parameter room: bytes that the transaction may still write to tables with replicas.
    func write(
        _ input: BatchWriteItemInput, room: inout Int, in call: inout Call
    ) throws(ServiceError) -> Answer {
        let table = try call.open(self.reference, for: "dynamodb:BatchWriteItem") { record, access in
            for write in self.writes {
                access.add(key: write.item, in: record)
                access.add(attributesOf: write.item)
            }
            access.returnConsumedCapacity = input.returnConsumedCapacity
        }
        var prepared: [(write: ItemWrite, item: Item)] = []
        let needsOld = (input.returnConsumedCapacity ?? "NONE") != "NONE"
        for write in self.writes {
            switch write {
            case .put(let item):
                let key = try table.record.key(ofBatched: item)
                try table.record.checkIndexKeys(of: item, .put)
                prepared.append((ItemWrite(.put(item), at: key, if: nil, needsOld: needsOld), item))
            case .delete(let item):
                let key = try table.record.key(item)
                prepared.append((ItemWrite(.delete, at: key, if: nil, needsOld: needsOld), item))
            }
        }
        guard Set(prepared.map(\.write.key)).count == prepared.count else {
            throw CommonError.validation("Provided list of item keys contains duplicates")
        }
        var answer = Answer()
        let meter = call.meter(of: table, for: .write)
        for (number, (write, item)) in prepared.enumerated() {
            guard try ReplicaLimits.take(write, on: table, from: &room, in: &call) else {
                answer.unprocessed.append(self.requests[number])
                continue
            }
            switch try write.performInBatch(on: table, by: meter, in: &call) {
            case .done(let consumption): answer.consumption.add(consumption)
            case .throttled(let throttling):
                answer.throttlings.append(throttling)
                answer.unprocessed.append(self.requests[number])
                continue
            }
            let metrics = try call.collectionMetrics(
                input.returnItemCollectionMetrics, of: write.key, item, in: table)
            if let metrics { answer.metrics.append(metrics) }
        }
        return answer
    }
}
