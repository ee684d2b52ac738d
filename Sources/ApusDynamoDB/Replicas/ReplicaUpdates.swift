internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
internal import DynamoDBItems

/// The changes of a table's group of replicas that UpdateTable asks for: global tables of version 2019.11.21.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
package enum ReplicaUpdates {
    /// What a caller must be allowed in the replicas' regions.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2gt_IAM.html
    private static let creating = [
        "CreateTable", "CreateTableReplica", "Scan", "Query", "UpdateItem", "PutItem", "GetItem", "DeleteItem",
        "BatchWriteItem",
    ]
    private static let deleting = ["DeleteTable", "DeleteTableReplica"]

    package static func demands(
        _ updates: [ReplicationGroupUpdate], of table: TableReference, in call: inout Call
    ) throws(ServiceError) -> [Demand] {
        var demands: [Demand] = []
        for update in updates {
            if let create = update.create {
                try Self.add(Self.creating, create.regionName, table, to: &demands, in: &call)
            }
            if let delete = update.delete {
                try Self.add(Self.deleting, delete.regionName, table, to: &demands, in: &call)
            }
            if let change = update.update {
                try Self.add(["UpdateTable"], change.regionName, table, to: &demands, in: &call)
            }
        }
        return demands
    }

    private static func add(
        _ actions: [String], _ region: String, _ table: TableReference, to demands: inout [Demand], in call: inout Call
    ) throws(ServiceError) {
        for action in actions {
            demands.append(try call.tableDemand("dynamodb:\(action)", table.replica(in: region)))
        }
    }

    /// Makes them, after all other changes of the table, and puts the table into the store. Returns the members that are
    /// no more, as the answer shows them.
    package static func apply(
        _ input: UpdateTableInput, to table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) -> [TableReplicas.Member] {
        let updates = input.replicaUpdates ?? []
        try StrongConsistency.check(input, of: table, in: &call)
        for update in updates { try Self.check(update, of: table) }
        if input.multiRegionConsistency == "STRONG" {
            table.record.replicas.consistency = .strong
            table.record.replicas.witness = input.globalTableWitnessUpdates?.first?.create?.regionName
        }
        if table.record.replicas.consistency == .eventual {
            guard updates.count(where: { $0.update == nil }) <= 1 else {
                throw CommonError.validation(
                    "Update table operation with more than one create or delete replica actions not allowed")
            }
        }
        guard Set(updates.compactMap(\.region)).count == updates.count else { throw Self.sameRegion }
        var gone: [TableReplicas.Member] = []
        for update in updates {
            if let create = update.create { try Self.create(create, of: &table, in: &call) }
            if let change = update.update { try Self.change(change, of: &table, in: &call) }
            if let delete = update.delete { gone.append(try Self.delete(delete.regionName, of: &table, in: &call)) }
        }
        return gone
    }

    /// What a request may ask for beside its replicas, their consistency and their witness: nothing.
    package static func checkAlone(_ input: UpdateTableInput) throws(ServiceError) {
        let isOfReplicas =
            input.replicaUpdates != nil || input.multiRegionConsistency != nil
            || input.globalTableWitnessUpdates != nil
        guard isOfReplicas else { return }
        let isOfStrong = input.multiRegionConsistency == "STRONG" || input.globalTableWitnessUpdates != nil
        guard !input.changesMore, input.sseSpecification == nil else {
            throw ItemError.parameters(
                isOfStrong
                    ? "Requests that modify replicas or witnesses must not also modify other fields"
                    : "Replica modification must be the only operation in the request"
            ).service
        }
    }

    private static func check(_ update: ReplicationGroupUpdate, of table: OpenTable) throws(ServiceError) {
        let given = [update.create?.regionName, update.update?.regionName, update.delete?.regionName].compactMap { $0 }
        guard given.count <= 1 else {
            throw CommonError.validation(
                "Update table operation with more than one type of replica actions not allowed.")
        }
        guard let region = update.region else { throw Self.noActions }
        guard region != table.reference.region else {
            throw CommonError.validation(
                "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required."
            )
        }
        // AWS has a list of regions; here a region is any name that one can have.
        try GlobalTables.check(region: region)
    }

    package static var sameRegion: ServiceError {
        CommonError.validation("Cannot target multiple regions with the same action")
    }

    private static var noActions: ServiceError {
        CommonError.validation("There are no actions specified in the Replica Update Action of the request.")
    }

    /// Nothing else of a group changes while a member is being made.
    package static func checkNotChanging(_ table: OpenTable) throws(ServiceError) {
        guard !table.record.replicas.isChanging else { throw Self.isBeingUpdated(table) }
    }

    private static func isBeingUpdated(_ table: OpenTable) -> ServiceError {
        DynamoDBError.resourceInUse(
            "Attempt to change a resource which is still in use: Table is being updated: \(table.name)")
    }

    /// Keys of one's own are of tables that are encrypted with one, and no table is here.
    private static func check(key: String?) throws(ServiceError) {
        guard key != nil else { return }
        throw ItemError.parameters("KMSMasterKeyId must be specified for each replica.").service
    }

    // MARK: Making

    private static func create(
        _ create: CreateReplicationGroupMemberAction, of table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) {
        try Self.check(key: create.kmsMasterKeyId)
        try ReplicaScaling.checkWrites(of: table, in: &call)
        guard table.record.indexes.allSatisfy({ $0.status == .active }) else { throw Self.isBeingUpdated(table) }
        let reference = table.reference.replica(in: create.regionName)
        guard try !call.contains(reference.key) else {
            throw CommonError.validation(
                "Failed to create a the new replica of table with name: '\(table.name)' because one or more replicas already existed as tables."
            )
        }
        if table.record.replicas.consistency == .eventual { try Self.openStream(of: &table, in: &call) }
        let wanted = try ReplicaOverrides.wanted(
            create.provisionedThroughputOverride, create.onDemandThroughputOverride, create.globalSecondaryIndexes,
            create.tableClassOverride)
        var replica = try Self.replica(of: table, at: reference, in: &call)
        try ReplicaOverrides.apply(wanted, to: &replica, in: &call)
        let overrides = ReplicaOverrides.merged(wanted, over: TableReplicas.Overrides(), of: table.record)
        replica.record.replicas.own = overrides
        var member = TableReplicas.Member(region: create.regionName, status: .creating, overrides: overrides)
        for var other in try call.replicas(of: table) {
            other.record.replicas.add(member)
            try call.put(other)
        }
        member.made = call.now
        table.record.replicas.add(member)
        try call.put(table)
        try call.put(replica)
        try call.openStream(of: replica)
        if replica.record.timeToLive != nil { try call.startExpiry(of: replica) }
        try ReplicaScaling.mirror(table, to: replica, in: &call)
        try call.put(
            ReplicaFillingKey(table: replica.id),
            ReplicaFillingRecord(replica: reference, source: table.reference.region))
        call.signal(ReplicaFillingKey.channel)
    }

    /// A table with replicas has a stream: that which it has, or one of both images.
    private static func openStream(of table: inout OpenTable, in call: inout Call) throws(ServiceError) {
        guard table.record.stream?.isEnabled != true else { return }
        table.record.stream = StreamSettings(
            view: .newAndOldImages, label: try call.newStreamLabel(of: table.reference), isEnabled: true)
        try call.openStream(of: table)
    }

    /// A table of the same schema and of the settings that a group has in common; what is a table's own, as tags, policies,
    /// protection and backups are, it begins without.
    private static func replica(
        of table: OpenTable, at reference: TableReference, in call: inout Call
    ) throws(ServiceError) -> OpenTable {
        let source = table.record
        var record = TableRecord(
            id: call.entropy.nextUInt64(), uuid: call.entropy.uuid(), created: call.now, attributes: source.attributes,
            hash: source.hash, sort: source.sort)
        for var index in source.indexes {
            index.id = call.entropy.nextUInt64()
            record.indexes.append(index)
        }
        record.settings.billing = source.settings.billing
        record.settings.throughput = source.settings.throughput
        if source.settings.billing == .payPerRequest { record.settings.lastToPayPerRequest = call.now }
        record.settings.onDemand = source.settings.onDemand
        record.settings.warm = source.settings.warm
        record.settings.tableClass = source.settings.tableClass
        record.timeToLive = source.timeToLive
        record.encryption = source.encryption
        // Groups with strong consistency have no need of streams at AWS, and each member has one or not.
        if source.replicas.consistency == .eventual {
            let label = try call.newStreamLabel(of: reference)
            record.stream = StreamSettings(
                view: source.stream?.view ?? .newAndOldImages, label: label, isEnabled: true)
        }
        record.replicas.consistency = source.replicas.consistency
        record.replicas.witness = source.replicas.witness
        record.replicas.others = source.replicas.others
        for place in record.replicas.others.indices { record.replicas.others[place].made = nil }
        record.replicas.add(
            TableReplicas.Member(region: table.reference.region, status: .active, overrides: source.replicas.own))
        record.replicas.isFilling = true
        return OpenTable(reference, record)
    }

    // MARK: Changing and deleting

    private static func change(
        _ change: UpdateReplicationGroupMemberAction, of table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) {
        try Self.check(key: change.kmsMasterKeyId)
        var member = try Self.member(change.regionName, of: table)
        let wanted = try ReplicaOverrides.wanted(
            change.provisionedThroughputOverride, change.onDemandThroughputOverride, change.globalSecondaryIndexes,
            change.tableClassOverride)
        guard !wanted.isEmpty else { throw Self.noActions }
        member.overrides = ReplicaOverrides.merged(wanted, over: member.overrides, of: table.record)
        table.record.replicas.add(member)
        try call.put(table)
        for var other in try call.replicas(of: table) {
            if other.reference.region == member.region {
                try ReplicaOverrides.apply(wanted, to: &other, in: &call)
                other.record.replicas.own = member.overrides
            } else {
                other.record.replicas.set(member.overrides, of: member.region)
            }
            try call.put(other)
        }
    }

    private static func delete(
        _ region: String, of table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) -> TableReplicas.Member {
        var member = try Self.member(region, of: table)
        try call.put(table)
        let replica = try call.table(table.reference.replica(in: region))
        try DeleteTable.check(replica, now: call.now)
        try call.remove(replica)
        table = try call.table(table.reference)
        member.status = .deleting
        return member
    }

    private static func member(_ region: String, of table: OpenTable) throws(ServiceError) -> TableReplicas.Member {
        guard let member = table.record.replicas.others.first(where: { $0.region == region }) else {
            throw CommonError.validation(
                "Update global table operation failed because one or more replicas were not part of the global table. Please retry the request without these replicas: [\(region)]."
            )
        }
        return member
    }
}

extension ReplicationGroupUpdate {
    /// The region that it is about; nil where it asks for nothing.
    fileprivate var region: String? { self.create?.regionName ?? self.update?.regionName ?? self.delete?.regionName }
}
