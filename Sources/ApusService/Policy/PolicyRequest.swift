/// What is asked of policies: may this principal do this action on this resource?
package struct PolicyRequest: Sendable {
    package let principal: Principal
    /// `sqs:SendMessage`
    package let action: String
    /// The resource's ARN, or `*` for actions that know no resource.
    package let resource: String
    /// The account that owns the resource.
    package let resourceAccount: String
    package var context: ConditionContext
    /// In lower case, since actions ignore it.
    let actionBytes: [UInt8]
    let resourceBytes: [UInt8]

    package init(
        principal: Principal, action: String, resource: String, resourceAccount: String, context: ConditionContext
    ) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.resourceAccount = resourceAccount
        self.context = context
        self.actionBytes = action.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        self.resourceBytes = Array(resource.utf8)
    }
}
