internal import ApusBase
package import ApusService
internal import DynamoDBExpressions
internal import DynamoDBItems

/// Secondary indexes as requests define them.
package enum IndexRules {
    /// - Parameter id: never used before.
    package static func local(
        _ index: LocalSecondaryIndex, _ definitions: AttributeDefinitions, in table: TableRecord, id: UInt64
    ) throws(ServiceError) -> IndexRecord {
        guard table.sort != nil else {
            throw ItemError.parameters(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
            ).service
        }
        let (hash, sort) = try definitions.simple(index.keySchema)
        guard let sort else {
            throw ItemError.parameters("Index KeySchema does not have a range key for index: \(index.indexName)")
                .service
        }
        guard hash == table.hash else {
            throw ItemError.parameters(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: \(index.indexName). index hash key: \(hash.name), table hash key: \(table.hash.name)"
            ).service
        }
        return IndexRecord(
            id: id, name: index.indexName, kind: .local, hash: [hash], sort: [sort],
            contents: try Self.contents(index.projection))
    }

    /// - Parameter id: never used before.
    package static func global(
        _ index: GlobalSecondaryIndex, _ definitions: AttributeDefinitions, billing: TableSettings.Billing, id: UInt64
    ) throws(ServiceError) -> IndexRecord {
        let (hash, sort) = try definitions.keys(index.keySchema)
        var record = IndexRecord(
            id: id, name: index.indexName, kind: .global, hash: hash, sort: sort,
            contents: try Self.contents(index.projection))
        record.throughput = try Self.throughput(index.provisionedThroughput, of: index.indexName, billing)
        if let limits = index.onDemandThroughput {
            record.onDemand = try CapacityRules.limits(limits, over: nil, of: "index \(index.indexName)", billing)
        }
        return record
    }

    package static func throughput(
        _ throughput: ProvisionedThroughput?, of index: String, _ billing: TableSettings.Billing
    ) throws(ServiceError) -> Throughput? {
        switch (billing, throughput) {
        case (.payPerRequest, nil): return nil
        case (.payPerRequest, .some):
            throw ItemError.parameters(
                "ProvisionedThroughput should not be specified for index: \(index) when BillingMode is PAY_PER_REQUEST"
            ).service
        case (.provisioned, let throughput?): return Throughput(throughput)
        case (.provisioned, nil):
            throw ItemError.parameters("ProvisionedThroughput is not specified for index: \(index)").service
        }
    }

    private static func contents(_ projection: ProjectionShape) throws(ServiceError) -> IndexRecord.Contents {
        let names = projection.nonKeyAttributes
        switch projection.projectionType {
        case "ALL", "KEYS_ONLY":
            guard names == nil else {
                throw ItemError.parameters(
                    "ProjectionType is \(projection.projectionType ?? ""), but NonKeyAttributes is specified"
                ).service
            }
            return projection.projectionType == "ALL" ? .all : .keysOnly
        case "INCLUDE":
            guard let names else {
                throw ItemError.parameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified").service
            }
            return .include(names)
        default: throw ItemError.parameters("Unknown ProjectionType: \(projection.projectionType ?? "null")").service
        }
    }

    /// What all indexes of a table must keep together: names, numbers.
    package static func check(_ table: TableRecord) throws(ServiceError) {
        var names: Set<String> = []
        for index in table.indexes where !names.insert(index.name).inserted {
            throw ItemError.parameters("Duplicate index name: \(index.name)").service
        }
        let local = table.indexes.count { $0.kind == .local }
        guard local <= DynamoDBLimits.localIndexes else {
            throw ItemError.parameters(
                "Number of LocalSecondaryIndexes exceeds per-table limit of \(DynamoDBLimits.localIndexes)"
            ).service
        }
        guard table.indexes.count - local <= DynamoDBLimits.globalIndexes else {
            throw ItemError.parameters(
                "GlobalSecondaryIndex count exceeds the per-table limit of \(DynamoDBLimits.globalIndexes)"
            ).service
        }
        let projected = table.indexes.reduce(0) { count, index in
            if case .include(let names) = index.contents { count + names.count } else { count }
        }
        guard projected <= DynamoDBLimits.projectedAttributes else {
            throw ItemError.parameters(
                "The total number of NonKeyAttributes of all indexes exceeds the per-table limit of \(DynamoDBLimits.projectedAttributes)"
            ).service
        }
    }
}

extension Throughput {
    package init(_ throughput: ProvisionedThroughput) {
        self.init(read: throughput.readCapacityUnits, write: throughput.writeCapacityUnits)
    }
}
