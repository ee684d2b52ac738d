internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
internal import DynamoDBItems

/// The changes of global indexes that UpdateTable asks for.
package enum IndexUpdates {
    /// Makes them. Returns the indexes that are no more, as the answer shows them.
    package static func apply(
        _ input: UpdateTableInput, to table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) -> [IndexRecord] {
        let updates = input.globalSecondaryIndexUpdates ?? []
        try Self.check(updates, isGiven: input.globalSecondaryIndexUpdates != nil)
        let changing = updates.count { $0.update == nil }
        let isCreating = table.record.indexes.contains { $0.status == .creating }
        guard changing <= 1, changing == 0 || !isCreating || updates.allSatisfy({ $0.create == nil }) else {
            throw DynamoDBError.limitExceeded(
                "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
        }
        var deleted: [IndexRecord] = []
        for update in updates {
            if let create = update.create { try Self.create(create, input, in: &table, &call) }
            if let change = update.update { try Self.change(change, in: &table.record) }
            if let delete = update.delete { deleted.append(try Self.delete(delete.indexName, of: &table, &call)) }
        }
        if table.record.settings.billing == .provisioned {
            for index in table.record.indexes where index.kind == .global && index.throughput == nil {
                throw ItemError.parameters("ProvisionedThroughput must be specified for index: \(index.name)").service
            }
        }
        let used = Set((table.record.keyAttributes + table.record.indexes.flatMap(\.keyAttributes)).map(\.name))
        table.record.attributes.removeAll { !used.contains($0.name) }
        return deleted
    }

    /// What may stand together.
    private static func check(
        _ updates: [GlobalSecondaryIndexUpdate], isGiven: Bool
    ) throws(ServiceError) {
        if isGiven, updates.isEmpty {
            throw ItemError.parameters("List of GlobalSecondaryIndexUpdates is empty").service
        }
        var names: Set<String> = []
        for update in updates {
            let given = [update.create?.indexName, update.update?.indexName, update.delete?.indexName].compactMap { $0 }
            guard let name = given.first else {
                throw ItemError.parameters(
                    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null"
                ).service
            }
            guard given.count == 1 else {
                throw ItemError.parameters(
                    "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
                ).service
            }
            guard names.insert(name).inserted else {
                throw ItemError.parameters(
                    "Only one global secondary index update per index is allowed simultaneously. Index: \(name)"
                ).service
            }
        }
    }

    private static func create(
        _ create: CreateGlobalSecondaryIndexAction, _ input: UpdateTableInput, in table: inout OpenTable,
        _ call: inout Call
    ) throws(ServiceError) {
        guard !table.record.indexes.contains(where: { $0.name == create.indexName }) else {
            throw CommonError.validation("Attempting to create an index which already exists")
        }
        guard input.attributeDefinitions?.isEmpty == false else {
            throw ItemError.parameters("AttributeDefinitions is not specified for index: \(create.indexName)").service
        }
        try Self.checkThroughput(of: create, table.record.settings.billing)
        let given = try AttributeDefinitions(input.attributeDefinitions)
        // "AttributeDefinitions must include the key element(s) of the new index": what the table knows does not help.
        guard create.keySchema.allSatisfy({ key in given.list.contains { $0.name == key.attributeName } }) else {
            throw CommonError.validation("Invalid KeySchema: Some index key attribute have no definition")
        }
        var all = table.record.attributes
        for attribute in given.list {
            guard let known = all.first(where: { $0.name == attribute.name }) else {
                all.append(attribute)
                continue
            }
            guard known == attribute else {
                throw ItemError.parameters("Attribute \(attribute.name) is already defined with another type").service
            }
        }
        var index = try IndexRules.global(
            GlobalSecondaryIndex(
                indexName: create.indexName, keySchema: create.keySchema, projection: create.projection,
                provisionedThroughput: create.provisionedThroughput, onDemandThroughput: create.onDemandThroughput,
                warmThroughput: create.warmThroughput),
            AttributeDefinitions(stored: all), billing: table.record.settings.billing, id: call.entropy.nextUInt64())
        index.status = .creating
        table.record.attributes = all
        table.record.indexes.append(index)
        try IndexRules.check(table.record)
        try call.put(FillingKey(index: index.id), FillingRecord(table: table.reference))
        call.signal(FillingKey.channel)
    }

    /// UpdateTable has other words for it than CreateTable.
    private static func checkThroughput(
        of create: CreateGlobalSecondaryIndexAction, _ billing: TableSettings.Billing
    ) throws(ServiceError) {
        let name = create.indexName
        switch (billing, create.provisionedThroughput) {
        case (.payPerRequest, .some):
            throw ItemError.parameters(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: \(name) when BillingMode is PAY_PER_REQUEST"
            ).service
        case (.provisioned, nil):
            throw ItemError.parameters(
                "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: \(name)"
            ).service
        default: return
        }
    }

    private static func change(
        _ change: UpdateGlobalSecondaryIndexAction, in table: inout TableRecord
    ) throws(ServiceError) {
        let place = try Self.place(of: change.indexName, in: table)
        if let throughput = change.provisionedThroughput {
            if table.settings.billing == .payPerRequest {
                throw ItemError.parameters(
                    "The only Updates for index: \(change.indexName) when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
                ).service
            }
            table.indexes[place].throughput = try IndexRules.throughput(
                throughput, of: change.indexName, table.settings.billing)
        }
    }

    /// Removes an index with its entries, at once.
    private static func delete(
        _ name: String, of table: inout OpenTable, _ call: inout Call
    ) throws(ServiceError) -> IndexRecord {
        var index = table.record.indexes.remove(at: try Self.place(of: name, in: table.record))
        try call.clear(IndexEntryKey.all(index: index.id))
        table.record.insights.removeAll { $0.id == index.id }
        if index.status == .creating { try call.delete(FillingKey(index: index.id)) }
        index.status = .deleting
        return index
    }

    private static func place(of name: String, in table: TableRecord) throws(ServiceError) -> Int {
        guard let place = table.indexes.firstIndex(where: { $0.name == name && $0.kind == .global }) else {
            throw DynamoDBError.resourceNotFound("Requested resource not found")
        }
        return place
    }
}
