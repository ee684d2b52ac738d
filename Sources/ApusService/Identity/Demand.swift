/// One permission that an operation needs.
package struct Demand: Sendable {
    /// `sqs:SendMessage`
    package var action: String
    /// The resource's ARN, or `*` for actions that know no resource.
    package var resource: String
    /// The account that owns the resource; the caller's own where they differ makes it a cross-account access.
    package var resourceAccount: String
    /// Condition keys of this service for this request, beside the global ones: name and values.
    package var conditions: [(key: String, values: [String])] {
        get { self.found?() ?? self.known }
        set {
            self.known = newValue
            self.found = nil
        }
    }
    private var known: [(key: String, values: [String])]
    /// Finds them for who asks: most policies have no conditions, and the account's root has no policies.
    private var found: (@Sendable () -> [(key: String, values: [String])])?
    /// The JSON text of the resource's own policy, where it has one.
    package var resourcePolicy: String?
    /// The trust policy, where the resource is a role that somebody takes on: it must allow, whatever else does.
    package var trustPolicy: PolicyDocument?

    package init(
        _ action: String, on resource: String, account: String, conditions: [(key: String, values: [String])] = [],
        resourcePolicy: String? = nil
    ) {
        self.action = action
        self.resource = resource
        self.resourceAccount = account
        self.known = conditions
        self.resourcePolicy = resourcePolicy
    }

    /// With conditions that cost something to find; `find` may run several times, or never.
    package init(
        _ action: String, on resource: String, account: String, resourcePolicy: String? = nil,
        finding find: @escaping @Sendable () -> [(key: String, values: [String])]
    ) {
        self.action = action
        self.resource = resource
        self.resourceAccount = account
        self.known = []
        self.found = find
        self.resourcePolicy = resourcePolicy
    }

    package init(_ action: String, on resource: ARN, account: String, resourcePolicy: String? = nil) {
        self.init(action, on: resource.description, account: account, resourcePolicy: resourcePolicy)
    }
}

/// What an operation demands. It cannot be empty by accident: who needs no permission says why.
package struct Demands: Sendable {
    package let list: [Demand]

    /// One demand, and perhaps more; all must be allowed.
    package init(_ first: Demand, _ more: Demand...) { self.list = [first] + more }

    /// At least one demand.
    package init(_ list: [Demand]) {
        precondition(!list.isEmpty, "an operation that demands nothing says so with Demands.none(because:)")
        self.list = list
    }

    private init() { self.list = [] }

    /// No permission is needed, because `reason`; or the body asks `Call.require` itself for each part.
    package static func none(because reason: StaticString) -> Demands { Demands() }
}

/// Decides demands. Implemented by IAM over its policies in the call's own transaction.
package protocol Authorizer: Sendable {
    /// nil when the principal of `call` may do it, else the refusal in AWS's words.
    func refusal(of demand: Demand, in call: inout Call) throws(ServiceError) -> String?
}
