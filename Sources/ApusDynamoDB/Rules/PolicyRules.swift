internal import ApusBase
package import ApusService
internal import ApusStore

/// What the operations on policies of tables and streams share.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
package enum PolicyRules {
    /// Refuses a text that is no policy of a resource, or too long.
    package static func check(_ text: String) throws(ServiceError) {
        guard text.utf8.count <= DynamoDBLimits.policyBytes else {
            throw Self.invalid("the size of the policy exceeds the limit of \(DynamoDBLimits.policyBytes) bytes")
        }
        do {
            try PolicySource(parsing: text).check(as: .resource)
        } catch {
            throw Self.invalid(error.message)
        }
    }

    private static func invalid(_ reason: String) -> ServiceError {
        CommonError.validation("One or more parameter values were invalid: Invalid policy document: \(reason)")
    }

    /// Refuses where the caller expects another policy than `policy`.
    package static func check(expected: String?, of policy: PolicyRecord?) throws(ServiceError) {
        guard let expected else { return }
        guard expected == policy?.revisionID ?? "NO_POLICY" else {
            throw DynamoDBError.policyNotFound("The policy of the resource does not have the expected revision \(expected)")
        }
    }
}

/// A table or a stream, as the operations on policies name it.
package enum PolicyHolder: Sendable {
    case table(OpenTable)
    case stream(StreamName, TableStreamRecord)

    package var policy: PolicyRecord? {
        switch self {
        case .table(let table): table.record.policy
        case .stream(_, let record): record.policy
        }
    }

    private var resource: (arn: String, account: String) {
        switch self {
        case .table(let table): (table.reference.arn, table.reference.account)
        case .stream(let name, _): (name.arn, name.table.account)
        }
    }

    /// The demand of an operation on the resource, of which `policy` is the policy.
    package func demand(_ action: String, _ policy: PolicyRecord?) -> Demand {
        Demand(
            action, on: self.resource.arn, account: self.resource.account, resourcePolicy: policy?.text)
    }
}

extension Call {
    /// The table or stream of an ARN, once the caller may do it. Nobody learns from the answer what others have.
    ///
    /// - Parameter rootMay: whether the root of the owner's account may, whatever the policy says.
    package mutating func policyHolder(
        _ text: String, for action: String, rootMay: Bool = false
    ) throws(ServiceError) -> PolicyHolder {
        let holder: PolicyHolder?
        var demand: Demand
        if text.contains("/stream/") {
            let name = try StreamName(arn: text, in: self)
            holder = try self.get(name.key).map { .stream(name, $0) }
            demand = Demand(action, on: name.arn, account: name.table.account, resourcePolicy: holder?.policy?.text)
        } else {
            let reference = try TableReference(arn: text, in: self)
            holder = try self.get(reference.key).map { .table(OpenTable(reference, $0)) }
            demand = try self.tableDemand(action, reference)
        }
        if rootMay, case .root(demand.resourceAccount) = self.principal { demand.resourcePolicy = nil }
        try self.require(demand)
        guard let holder else {
            throw DynamoDBError.resourceNotFound("Requested resource not found: ResourcArn: \(text) not found")
        }
        return holder
    }

    package mutating func put(_ policy: PolicyRecord?, of holder: PolicyHolder) throws(ServiceError) {
        switch holder {
        case .table(var table):
            table.record.policy = policy
            try self.put(table)
        case .stream(let name, var record):
            record.policy = policy
            try self.put(name.key, record)
        }
    }
}
