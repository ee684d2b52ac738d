internal import ApusBase
package import ApusService
internal import ApusStore
internal import ApusWire

/// What the operations on policies of tables and streams share.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
package enum PolicyRules {
    /// Refuses a text that is no policy of a resource, or too long.
    package static func check(_ text: String) throws(ServiceError) {
        guard text.utf8.count <= DynamoDBLimits.policyBytes else {
            throw Self.invalid("the size of the policy exceeds the limit of \(DynamoDBLimits.policyBytes) bytes")
        }
        let source: PolicySource
        do {
            source = try PolicySource(parsing: text)
            try source.check(as: .resource)
        } catch {
            throw Self.invalid(error.message)
        }
        try Self.checkActions(of: source)
    }

    /// Refuses actions that no policy of a table or a stream can be about: names that DynamoDB does not have, and those of
    /// operations on other resources. Patterns are taken as they are.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html
    private static func checkActions(of source: PolicySource) throws(ServiceError) {
        let names = source.statements.flatMap { $0.actions?.elements ?? [] }
        let invalid = names.filter { name in
            guard !name.contains("*"), !name.contains("?") else { return false }
            let parts = name.lowercased().split(separator: ":", maxSplits: 1)
            return parts.count != 2 || parts[0] != "dynamodb" || !Self.actions.contains(String(parts[1]))
        }
        guard invalid.isEmpty else {
            let list = invalid.map { "\"\($0)\"" }.joined(separator: ", ")
            throw Self.invalid("The following action names are invalid: \(list)")
        }
    }

    /// In lower case.
    private static let actions: Set<String> = {
        let operations = DynamoDBAPI.model.operations + DynamoDBStreamsAPI.model.operations
        // Those that are no operations.
        let more = [
            "AssociateTableReplica", "ConditionCheckItem", "CreateTableReplica", "DeleteTableReplica", "InjectError",
            "PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate", "ReadDataForReplication",
            "ReplicateSettings", "StartAwsBackupJob", "UpdateGlobalTableVersion", "WriteDataForReplication",
        ]
        let elsewhere: Set<String> = [
            "DeleteBackup", "DescribeBackup", "DescribeImport", "ImportTable", "ListBackups", "ListImports",
            "ListStreams",
            "RestoreTableFromBackup",
        ]
        return Set((operations.map(\.name) + more).filter { !elsewhere.contains($0) }.map { $0.lowercased() })
    }()

    private static func invalid(_ reason: String) -> ServiceError {
        CommonError.validation("One or more parameter values were invalid: Invalid policy document: \(reason)")
    }

    /// Refuses where the caller expects another policy than `policy`.
    package static func check(expected: String?, of policy: PolicyRecord?) throws(ServiceError) {
        guard let expected else { return }
        guard expected == policy?.revisionID ?? "NO_POLICY" else {
            throw DynamoDBError.policyNotFound(
                "The policy of the resource does not have the expected revision \(expected)")
        }
    }
}

/// A table or a stream, as the operations on policies name it.
package struct PolicyHolder: Sendable {
    package enum Resource: Sendable {
        case table(OpenTable)
        case stream(StreamName, TableStreamRecord)
    }

    package let resource: Resource
    /// What was asked before the caller learned of the resource, and allowed.
    private let demand: Demand

    fileprivate init(_ resource: Resource, _ demand: Demand) {
        self.resource = resource
        self.demand = demand
    }

    package var policy: PolicyRecord? {
        switch self.resource {
        case .table(let table): table.record.policy
        case .stream(_, let record): record.policy
        }
    }

    /// The demand of the operation once more, were `policy` the resource's: with all else that policies saw of it.
    package func demand(under policy: PolicyRecord) -> Demand {
        var demand = self.demand
        demand.resourcePolicy = policy.text
        return demand
    }
}

extension Call {
    /// The table or stream of an ARN, once the caller may do it. Nobody learns from the answer what others have.
    ///
    /// - Parameter rootMay: whether the root of the owner's account may, whatever the policy says.
    package mutating func policyHolder(
        _ text: String, for action: String, rootMay: Bool = false
    ) throws(ServiceError) -> PolicyHolder {
        let resource: PolicyHolder.Resource?
        var demand: Demand
        if text.contains("/stream/") {
            let name = try StreamName(arn: text, in: self)
            let record = try self.get(name.key)
            resource = record.map { .stream(name, $0) }
            demand = Demand(action, on: name.arn, account: name.table.account, resourcePolicy: record?.policy?.text)
        } else {
            let reference = try TableReference(arn: text, in: self)
            resource = try self.get(reference.key).map { .table(OpenTable(reference, $0)) }
            demand = try self.tableDemand(action, reference)
        }
        if rootMay, case .root(demand.resourceAccount) = self.principal { demand.resourcePolicy = nil }
        try self.require(demand)
        guard let resource else {
            throw DynamoDBError.resourceNotFound("Requested resource not found: ResourcArn: \(text) not found")
        }
        return PolicyHolder(resource, demand)
    }

    package mutating func put(_ policy: PolicyRecord?, of holder: PolicyHolder) throws(ServiceError) {
        switch holder.resource {
        case .table(var table):
            table.record.policy = policy
            try self.put(table)
        case .stream(let name, var record):
            record.policy = policy
            try self.put(name.key, record)
        }
    }
}
