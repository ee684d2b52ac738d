internal import ApusBase
package import ApusService
internal import ApusStore

/// A table as one request works on it.
package struct OpenTable: Sendable {
    package let reference: TableReference
    package var record: TableRecord

    package init(_ reference: TableReference, _ record: TableRecord) {
        self.reference = reference
        self.record = record
    }

    package var name: String { self.reference.name }
    package var id: UInt64 { self.record.id }
}

extension TableRecord {
    /// Its items are not there for anybody yet: it is being restored, or a new replica.
    package var isInTheMaking: Bool { self.backups.isRestoring || self.replicas.isFilling }

    /// As answers tell it; what is being changed is done when it is answered.
    package var status: String { self.isInTheMaking ? "CREATING" : "ACTIVE" }
}

extension Call {
    /// The table, which must be there; demands nothing.
    package mutating func table(_ reference: TableReference) throws(ServiceError) -> OpenTable {
        guard let record = try self.get(reference.key) else {
            throw DynamoDBError.resourceNotFound("Requested resource not found: Table: \(reference.name) not found")
        }
        return OpenTable(reference, record)
    }

    /// The table, which must be there and not be in the making.
    package mutating func readyTable(_ reference: TableReference) throws(ServiceError) -> OpenTable {
        let table = try self.table(reference)
        guard !table.record.isInTheMaking else {
            throw DynamoDBError.resourceInUse(
                "Attempt to change a resource which is still in use: Table is being created: \(reference.name)")
        }
        return table
    }

    /// The demand of an operation on a table as such.
    package mutating func tableDemand(
        _ action: String, _ reference: TableReference, conditions: [(key: String, values: [String])] = []
    ) throws(ServiceError) -> Demand {
        let record = try self.get(reference.key)
        let own = (record?.tags ?? [:]).sorted { $0.key < $1.key }.map { (key: "aws:ResourceTag/\($0.key)", values: [$0.value]) }
        return Demand(
            action, on: reference.arn, account: reference.account, conditions: conditions + own,
            resourcePolicy: record?.policy?.text)
    }

    /// The table whose items a request works on, once the caller may do so. That is asked first, whether it is there or not: nobody
    /// learns from the answer which tables others have.
    ///
    /// - Parameter describe: what policies see of the request; called only where a policy may ask.
    package mutating func open(
        _ reference: TableReference, for action: String, index: String? = nil,
        _ describe: @escaping @Sendable (TableRecord?, inout ItemAccess) -> Void
    ) throws(ServiceError) -> OpenTable {
        let record = try self.get(reference.key)
        let arn = index.map(reference.arn(ofIndex:)) ?? reference.arn
        try self.require(
            Demand(action, on: arn, account: reference.account, resourcePolicy: record?.policy?.text) {
                var access = ItemAccess()
                describe(record, &access)
                return access.conditions(tags: record?.tags ?? [:])
            })
        guard let record, !record.isInTheMaking else {
            throw DynamoDBError.resourceNotFound("Requested resource not found")
        }
        return OpenTable(reference, record)
    }

    package mutating func put(_ table: OpenTable) throws(ServiceError) {
        try self.put(table.reference.key, table.record)
    }
}
