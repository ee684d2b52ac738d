internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
internal import DynamoDBItems

/// Global tables of version 2017.11.29: empty tables of one name that were made alike in several regions, and are then joined.
/// Their items are replicated as those of version 2019.11.21 are; each keeps its settings, and stays when it leaves.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables_reqs_bestpractices.html
package enum GlobalTables {
    package static func arn(_ account: String, _ name: String) -> String {
        ARN(service: "dynamodb", region: "", account: account, resource: "global-table/\(name)").description
    }

    /// Demands of an action on a global table, and on its tables in `regions`.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gt_IAM.html
    package static func demands(
        _ action: String, _ name: String, in regions: [String] = [], _ call: inout Call
    ) throws(ServiceError) -> [Demand] {
        var demands = [Demand(action, on: Self.arn(call.account, name), account: call.account)]
        for region in regions {
            let table = TableReference(account: call.account, region: region, name: name)
            demands.append(try call.tableDemand(action, table))
        }
        return demands
    }

    package static func description(
        _ name: String, _ record: GlobalTableRecord, _ status: String, in call: borrowing Call
    ) -> GlobalTableDescription {
        GlobalTableDescription(
            replicationGroup: record.regions.map { ReplicaDescription(regionName: $0) },
            globalTableArn: Self.arn(call.account, name), creationDateTime: record.created,
            globalTableStatus: status, globalTableName: name)
    }

    package static func check(region: String) throws(ServiceError) {
        guard TableReference.isRegion(region) else {
            throw CommonError.validation("Region \(region) is not supported.")
        }
    }

    /// Refuses what is of version 2019.11.21 only for a table of this one.
    package static func refuse(
        _ what: String, for table: OpenTable, of version: GlobalTableVersion
    ) throws(ServiceError) {
        guard version == .of2017 else { return }
        throw CommonError.validation(
            "\(what) is not supported for a replica of a global table of version 2017.11.29: \(table.name)")
    }

    // MARK: Joining and leaving

    /// Makes the tables of `regions` the only members of one group, and tells each of the others.
    ///
    /// Errors: TableNotFoundException where a table is not there, a validation error where the tables do not go together.
    package static func join(
        _ name: String, _ regions: [String], in call: inout Call
    ) throws(ServiceError) {
        var tables: [OpenTable] = []
        for region in regions {
            let reference = TableReference(account: call.account, region: region, name: name)
            guard let record = try call.get(reference.key) else {
                throw DynamoDBError.tableNotFound(
                    "Table not found: Table: '\(name)' not found in region: '\(region)'.")
            }
            tables.append(OpenTable(reference, record))
        }
        for table in tables { try Self.check(table, like: tables[0], in: &call) }
        for var table in tables {
            for region in regions where region != table.reference.region {
                table.record.replicas.add(TableReplicas.Member(region: region, status: .active))
            }
            try call.put(table)
        }
    }

    /// What a table must be to be a replica.
    private static func check(
        _ table: OpenTable, like first: OpenTable, in call: inout Call
    ) throws(ServiceError) {
        let place = "Table: '\(table.name)' in region: '\(table.reference.region)'"
        let version = try call.globalTableVersion(of: table)
        guard !table.record.isInTheMaking, version != .of2019 else {
            throw CommonError.validation("\(place) is being created, or has replicas of version 2019.11.21")
        }
        guard table.record.stream?.isEnabled == true, table.record.stream?.view == .newAndOldImages else {
            throw CommonError.validation("\(place) must have a stream with the view type NEW_AND_OLD_IMAGES")
        }
        guard try call.page(ItemKey.all(table: table.id), limit: 1).isEmpty else {
            throw CommonError.validation("\(place) must be empty")
        }
        guard table.record.hash == first.record.hash, table.record.sort == first.record.sort else {
            throw CommonError.validation("\(place) must have the same key schema as the other replicas")
        }
        guard Self.schema(of: table.record) == Self.schema(of: first.record) else {
            throw CommonError.validation(
                "\(place) must have the same indexes as the other replicas, with the same key schemas")
        }
        guard Self.writeCapacity(of: table.record) == Self.writeCapacity(of: first.record) else {
            throw CommonError.validation("\(place) must have the same write capacity settings as the other replicas")
        }
    }

    private struct IndexSchema: Hashable {
        var name: String
        var kind: UInt8
        var keys: [String]
    }

    private static func schema(of table: TableRecord) -> Set<IndexSchema> {
        Set(
            table.indexes.map { index in
                let keys = (index.hash + index.sort).map { "\($0.name) \($0.type.rawValue)" }
                return IndexSchema(name: index.name, kind: index.kind.rawValue, keys: keys)
            })
    }

    /// By index, the table's own under an empty name; nil is on demand.
    private static func writeCapacity(of table: TableRecord) -> [String: Int?] {
        var units: [String: Int?] = ["": table.settings.throughput?.write]
        for index in table.indexes where index.kind == .global { units[index.name] = .some(index.throughput?.write) }
        return units
    }

    /// Takes a table out of its group; its items and settings stay, its group's record does too.
    package static func leave(
        _ name: String, _ region: String, of regions: [String], in call: inout Call
    ) throws(ServiceError) {
        for other in regions {
            let reference = TableReference(account: call.account, region: other, name: name)
            guard var table = try call.get(reference.key) else { continue }
            table.replicas.others.removeAll { other == region || $0.region == region }
            try call.put(reference.key, table)
        }
    }
}

/// What a table is a replica of.
package enum GlobalTableVersion: Sendable {
    /// Nothing.
    case regional
    /// A global table of version 2017.11.29, also where it is the only replica.
    case of2017
    /// A global table of version 2019.11.21.
    case of2019
}

extension Call {
    /// What a table is a replica of. The older version has a record of its own, which this looks for.
    package mutating func globalTableVersion(of table: OpenTable) throws(ServiceError) -> GlobalTableVersion {
        if try self.globalTable(with: table.reference) != nil { return .of2017 }
        return table.record.replicas.isEmpty ? .regional : .of2019
    }

    /// The global table of a name, which must be there.
    package mutating func globalTable(_ name: String) throws(ServiceError) -> GlobalTableRecord {
        guard let record = try self.get(GlobalTableKey(account: self.account, name: name)) else {
            throw DynamoDBError.globalTableNotFound(
                "Global table not found: Global table with name: '\(name)' does not exist.")
        }
        return record
    }

    /// The global table of version 2017.11.29 that a table is a replica of.
    package mutating func globalTable(with table: TableReference) throws(ServiceError) -> GlobalTableRecord? {
        guard let record = try self.get(GlobalTableKey(account: table.account, name: table.name)),
            record.regions.contains(table.region)
        else { return nil }
        return record
    }

    /// Puts what is left of a global table into the store: without replicas there is none.
    package mutating func put(_ record: GlobalTableRecord, at key: GlobalTableKey) throws(ServiceError) {
        try record.regions.isEmpty ? self.delete(key) : self.put(key, record)
    }
}

extension TableDescription {
    /// Of a replica of version 2017.11.29: its others are DescribeGlobalTable's to tell.
    mutating func show(_ version: GlobalTableVersion) {
        guard version == .of2017 else { return }
        self.globalTableVersion = "2017.11.29"
        self.globalTableSettingsReplicationMode = nil
        self.multiRegionConsistency = nil
        self.replicas = nil
    }
}
