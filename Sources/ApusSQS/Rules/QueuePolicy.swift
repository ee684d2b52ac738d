internal import ApusBase
internal import ApusService
internal import ApusStore

/// A queue's policy, as far as permissions with labels edit it. Everything else in it stays as it is.
///
/// Limits: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
struct QueuePolicy {
    /// Actions that a queue's owner can share. Source: the API reference, where each of the others says
    /// "Cross-account permissions don't apply to this action"; batches are part of their actions.
    private static let shared: Set<String> = [
        "*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
        "ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage",
    ]
    private static let ownersOnly: Set<String> = [
        "AddPermission", "CancelMessageMoveTask", "CreateQueue", "DeleteQueue", "ListMessageMoveTasks", "ListQueueTags",
        "ListQueues", "RemovePermission", "SetQueueAttributes", "StartMessageMoveTask", "TagQueue", "UntagQueue",
    ]

    private var document: JSONObject
    private var statements: [JSONValue]

    /// The policy that a queue has, or an empty one.
    init(_ text: String?, of queue: String) throws(ServiceError) {
        guard let text else {
            self.document = JSONObject([
                ("Version", .string("2008-10-17")), ("Id", .string("\(queue)/SQSDefaultPolicy")),
            ])
            self.statements = []
            return
        }
        guard let value = try? JSONValue(parsing: text), let document = value.objectValue,
            let statement = document["Statement"]
        else { throw OpenQueue.broken(.sqsQueue, "a policy that is none") }
        self.document = document
        self.statements = statement.arrayValue ?? [statement]
    }

    /// The JSON text; nil when no statement is left.
    var text: String? {
        if self.statements.isEmpty { return nil }
        var document = self.document
        document["Statement"] = .array(self.statements)
        return JSONValue.object(document).text
    }

    /// Errors: `InvalidParameterValue`, `MissingParameter`; `OverLimit` for too many actions, principals or statements,
    /// and for a policy that would be too long.
    mutating func add(
        _ label: String, accounts: [String], actions: [String], on queue: String
    ) throws(ServiceError) {
        guard self.isLabel(label) else {
            throw Self.refusal(
                label, "Label", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
        }
        guard !actions.isEmpty else {
            throw CommonError.missingParameter("The request must contain the parameter Actions.")
        }
        guard !accounts.isEmpty else {
            throw CommonError.missingParameter("The request must contain the parameter AWSAccountIds.")
        }
        try Self.check(actions.count, SQSLimits.policyActions, "Actions")
        try Self.check(accounts.count, SQSLimits.policyPrincipals, "Principals")
        for action in actions where !Self.shared.contains(action) {
            throw Self.refusal(
                "SQS:\(action)", "ActionName",
                Self.ownersOnly.contains(action)
                    ? "Only the queue owner is allowed to invoke this action"
                    : "Please refer to the appropriate WSDL for a list of valid actions")
        }
        for account in accounts where !Self.isAccount(account) {
            throw Self.refusal("[\(account)]", "PrincipalId", "Unable to verify")
        }
        guard !self.statements.contains(where: { $0["Sid"] == .string(label) }) else {
            throw Self.refusal(label, "Label", "Already exists")
        }
        try Self.check(self.statements.count + 1, SQSLimits.policyStatements, "Statements")
        let principals = accounts.map { JSONValue.string("arn:aws:iam::\($0):root") }
        let statement = JSONObject([
            ("Sid", .string(label)), ("Effect", .string("Allow")),
            ("Principal", .object(JSONObject([("AWS", Self.oneOrMore(principals))]))),
            ("Action", Self.oneOrMore(actions.map { .string("SQS:\($0)") })), ("Resource", .string(queue)),
        ])
        self.statements.append(.object(statement))
        try Self.check(self.text?.utf8.count ?? 0, SQSLimits.policyBytes, "Bytes")
    }

    /// Errors: `InvalidParameterValue` for a label that no statement has.
    mutating func remove(_ label: String) throws(ServiceError) {
        let count = self.statements.count
        self.statements.removeAll { $0["Sid"] == .string(label) }
        guard self.statements.count < count else {
            throw Self.refusal(label, "Label", "can't find label on existing policy")
        }
    }

    /// Whether a policy that an owner sets is within the quotas; those of `add` hold for it, too.
    ///
    /// Errors: `OverLimit`.
    static func checkQuotas(_ text: String, of queue: String) throws(ServiceError) {
        let policy = try QueuePolicy(text, of: queue)
        try self.check(policy.statements.count, SQSLimits.policyStatements, "Statements")
        for statement in policy.statements {
            try self.check(self.count(statement["Action"]), SQSLimits.policyActions, "Actions")
            let principals = statement["Principal"]?.objectValue?.members.reduce(0) { $0 + self.count($1.value) }
            try self.check(principals ?? 0, SQSLimits.policyPrincipals, "Principals")
        }
        try self.check(text.utf8.count, SQSLimits.policyBytes, "Bytes")
    }

    private static func count(_ value: JSONValue?) -> Int { value?.arrayValue?.count ?? (value == nil ? 0 : 1) }

    private static func oneOrMore(_ values: [JSONValue]) -> JSONValue {
        values.count == 1 ? values[0] : .array(values)
    }

    private static func check(_ count: Int, _ limit: Int, _ what: String) throws(ServiceError) {
        guard count <= limit else {
            throw SQSError.overLimit("\(count) \(what) were found, maximum allowed is \(limit).")
        }
    }

    private func isLabel(_ label: String) -> Bool {
        SQSLimits.permissionLabel.contains(label.utf8.count)
            && label.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func isAccount(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func refusal(_ value: String, _ parameter: String, _ reason: String) -> ServiceError {
        CommonError.invalidParameterValue("Value \(value) for parameter \(parameter) is invalid. Reason: \(reason).")
    }
}
