internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
package enum TransactWriteItems: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: TransactWriteItemsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        .none(because: "the body asks for each part, once it knows the table's key")
    }

    package static func perform(
        _ input: TransactWriteItemsInput, in call: inout Call
    ) throws(ServiceError) -> TransactWriteItemsOutput {
        var parts: [TransactionPart] = []
        for part in input.transactItems { parts.append(try TransactionPart(part, in: call)) }
        guard parts.reduce(0, { $0 + $1.item.size }) <= DynamoDBLimits.transactionBytes else {
            throw CancellationReasons.tooLarge
        }
        var tables: [OpenTable] = []
        for part in parts {
            tables.append(
                try call.open(part.reference, for: part.action) { record, access in
                    part.describe(record, returnConsumedCapacity: input.returnConsumedCapacity, &access)
                })
        }
        for table in tables { try StrongConsistency.checkTransaction(on: table) }
        let token = try TransactionToken(input, in: call)
        if let token, try token.isKnown(in: &call) {
            return try Self.repeated(input, parts, tables, in: &call)
        }
        let output = try Self.write(input, parts, tables, in: &call)
        try token?.keep(in: &call)
        return output
    }

    private static func write(
        _ input: TransactWriteItemsInput, _ parts: [TransactionPart], _ tables: [OpenTable], in call: inout Call
    ) throws(ServiceError) -> TransactWriteItemsOutput {
        var reasons = CancellationReasons(count: parts.count, .write)
        reasons.note(accountsOf: parts.map(\.reference))
        var writes: [(number: Int, write: ItemWrite)] = []
        for (number, part) in parts.enumerated() {
            let write = try reasons.validated(number) { () throws(ServiceError) in
                try part.write(on: tables[number].record)
            }
            if let write { writes.append((number, write)) }
        }
        guard Set(writes.map(\.write.key)).count == writes.count else {
            throw CancellationReasons.multipleOperations
        }
        var meters = TransactionMeters(tables, in: &call)
        try meters?.admit(&reasons)
        var consumption = ConsumptionByTable()
        var metrics: [String: [ItemCollectionMetrics]] = [:]
        for (number, write) in writes {
            let part = parts[number]
            do throws(ServiceError) {
                switch try write.perform(on: tables[number], in: &call) {
                case .success(let result):
                    consumption.add(result.consumption.doubled, to: part.tableName)
                    meters?.note(number, result.consumption.doubled)
                case .failure(let unmet): reasons.add(number, unmet, part.returnValues)
                }
            } catch {
                try reasons.note(number, error)
            }
        }
        // What the other parts have written goes with the error.
        try reasons.check()
        try meters?.take(&reasons)
        for (number, write) in writes where write.changes {
            let wanted = input.returnItemCollectionMetrics
            let part = parts[number]
            if let found = try call.collectionMetrics(wanted, of: write.key, part.item, in: tables[number]) {
                metrics[part.tableName, default: []].append(found)
            }
        }
        return TransactWriteItemsOutput(
            consumedCapacity: consumption.answers(input.returnConsumedCapacity, .write),
            itemCollectionMetrics: metrics.isEmpty ? nil : metrics)
    }

    /// The answer to a request that was done before: nothing is written, and what is told is the price of reading.
    private static func repeated(
        _ input: TransactWriteItemsInput, _ parts: [TransactionPart], _ tables: [OpenTable], in call: inout Call
    ) throws(ServiceError) -> TransactWriteItemsOutput {
        var consumption = ConsumptionByTable()
        for (number, part) in parts.enumerated() {
            let table = tables[number].record
            let key = part.kind == .put ? try table.key(of: part.item) : try table.key(part.item)
            let item = try call.item(at: key)
            let units = Consumption.read(item?.size ?? 0, .transactional)
            call.meter(of: tables[number], for: .read)?.spend(units, .read)
            consumption.add(units, to: part.tableName)
        }
        return TransactWriteItemsOutput(
            consumedCapacity: consumption.answers(input.returnConsumedCapacity, .read))
    }
}

extension ItemWrite {
    fileprivate var changes: Bool {
        if case .check = self.action { false } else { true }
    }
}
