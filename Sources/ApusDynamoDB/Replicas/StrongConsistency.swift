internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBItems

/// Global tables with strong consistency: three regions from their first moment to their last, of which one may be a witness.
///
/// All regions lie in one store, so that every group's reads and writes are as consistent; no write ever conflicts with one of
/// another region. What such a group is and is refused is what AWS documents of it.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
package enum StrongConsistency {
    private static let suffix = "for global tables with MultiRegionConsistency set to STRONG."

    package static func demands(
        _ updates: [GlobalTableWitnessGroupUpdate], of table: TableReference, in call: inout Call
    ) throws(ServiceError) -> [Demand] {
        var demands: [Demand] = []
        for update in updates {
            if let create = update.create {
                let place = table.replica(in: create.regionName)
                demands.append(try call.tableDemand("dynamodb:CreateGlobalTableWitness", place))
            }
            if let delete = update.delete {
                let place = table.replica(in: delete.regionName)
                demands.append(try call.tableDemand("dynamodb:DeleteGlobalTableWitness", place))
            }
        }
        return demands
    }

    // MARK: Groups

    /// What a request asks for of consistency and of the witness, together with what it asks for of replicas.
    package static func check(
        _ input: UpdateTableInput, of table: OpenTable, in call: inout Call
    ) throws(ServiceError) {
        let updates = input.replicaUpdates ?? []
        let group = table.record.replicas
        if input.multiRegionConsistency != nil, updates.contains(where: { $0.create == nil }) {
            throw CommonError.validation(
                "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.")
        }
        let witness = input.globalTableWitnessUpdates?.first
        if input.multiRegionConsistency == "STRONG" {
            let regions = updates.compactMap(\.create?.regionName)
            try Self.check(regions, witness?.create?.regionName, of: table)
        } else if witness?.create != nil {
            throw CommonError.validation(
                "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present.")
        }
        if input.multiRegionConsistency != nil, !group.isEmpty {
            throw CommonError.validation("MultiRegionConsistency parameter is unsupported on existing global table")
        }
        if input.multiRegionConsistency == "STRONG" { return try Self.checkCanBegin(table, in: &call) }
        if let region = witness?.delete?.regionName, region != group.witness {
            throw CommonError.validation(
                "Update global table operation failed because one or more witnesses were not part of the global table. Please retry the request without these witnesses: [\(region)]."
            )
        }
        if group.consistency == .strong { try Self.checkChange(updates, witness, of: group) }
    }

    /// A group begins with all its regions.
    private static func check(
        _ regions: [String], _ witness: String?, of table: OpenTable
    ) throws(ServiceError) {
        let all = regions + (witness.map { [$0] } ?? [])
        guard all.count == 2, !regions.isEmpty else {
            throw CommonError.validation("Unsupported replica count \(Self.suffix)")
        }
        guard all[0] != all[1] else { throw ReplicaUpdates.sameRegion }
        guard witness != table.reference.region else {
            throw CommonError.validation(
                "Cannot add a witness in the same region as an existing replica when creating a global table with MultiRegionConsistency set to STRONG."
            )
        }
        if let witness { try GlobalTables.check(region: witness) }
    }

    private static func checkCanBegin(_ table: OpenTable, in call: inout Call) throws(ServiceError) {
        guard try call.page(ItemKey.all(table: table.id), limit: 1).isEmpty else {
            throw CommonError.validation("The table must be empty \(Self.suffix)")
        }
        guard table.record.timeToLive == nil else { throw Self.noExpiry }
        guard !table.record.indexes.contains(where: { $0.kind == .local }) else {
            throw CommonError.validation("Local secondary indexes are not supported \(Self.suffix)")
        }
    }

    /// It ends with all of them but one.
    private static func checkChange(
        _ updates: [ReplicationGroupUpdate], _ witness: GlobalTableWitnessGroupUpdate?, of group: TableReplicas
    ) throws(ServiceError) {
        guard updates.allSatisfy({ $0.create == nil }) else {
            throw CommonError.validation("Cannot add replicas to a global table with strong MultiRegionConsistency")
        }
        let deletes = updates.count { $0.delete != nil }
        guard deletes > 0 else { return }
        guard group.witness == nil || witness?.delete != nil else {
            throw CommonError.validation("Update table delete operation does not include all witnesses.")
        }
        guard deletes == group.others.count else { throw Self.onlyOne }
    }

    // MARK: Members

    private static var onlyOne: ServiceError {
        CommonError.validation("Deletion of only one table replica is not supported \(Self.suffix)")
    }

    private static var noExpiry: ServiceError {
        CommonError.validation("Time to Live is not supported \(Self.suffix)")
    }

    /// No member goes alone.
    package static func checkDeletion(of table: OpenTable) throws(ServiceError) {
        guard table.record.replicas.consistency == .eventual else { throw Self.onlyOne }
    }

    package static func checkExpiry(of table: OpenTable) throws(ServiceError) {
        guard table.record.replicas.consistency == .eventual else { throw Self.noExpiry }
    }

    /// Transactions are not for its members, be they of reads or of writes.
    package static func checkTransaction(on table: OpenTable) throws(ServiceError) {
        guard table.record.replicas.consistency == .eventual else {
            throw CommonError.validation("Transactional operations are not supported \(Self.suffix)")
        }
    }
}
