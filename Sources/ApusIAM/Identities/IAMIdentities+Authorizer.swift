internal import ApusBase
package import ApusService

extension IAMIdentities: Authorizer {
    package func refusal(of demand: Demand, in call: inout Call) throws(ServiceError) -> String? {
        let principal = call.principal
        // Root in its own account: nothing but a resource's policy can deny.
        if case .root(let account) = principal, account == demand.resourceAccount, demand.resourcePolicy == nil,
            demand.trustPolicy == nil
        {
            return nil
        }
        var context = ConditionContext(
            now: call.context.now, region: call.region, sourceIP: call.context.sourceIP,
            userAgent: call.context.userAgent, isSecure: call.context.isSecure)
        let policies = try self.policies(of: principal, &context, in: &call)
        for (key, values) in demand.conditions { context.set(key, values) }
        let request = PolicyRequest(
            principal: principal, action: demand.action, resource: demand.resource,
            resourceAccount: demand.resourceAccount, context: context)
        let decision = PolicyEvaluator.decide(request, policies: policies, resource: try self.policy(of: demand))
        guard case .denied(let refusal) = decision else { return nil }
        return refusal.message(for: request)
    }

    private func policy(of demand: Demand) throws(ServiceError) -> ResourcePolicy {
        if let document = demand.trustPolicy { return .trust(document) }
        guard let text = demand.resourcePolicy else { return .none }
        return .adding(try self.documents.document(text))
    }

    /// The principal's policies; what conditions may ask of it goes into `context`.
    private func policies(
        of principal: Principal, _ context: inout ConditionContext, in call: inout Call
    ) throws(ServiceError) -> PrincipalPolicies {
        switch principal {
        case .root, .service, .anonymous:
            return .none
        case .user(let user):
            guard let holder = try self.policies(ofUser: user.id, account: user.account, in: &call) else {
                return .none
            }
            for (key, value) in holder.tags { context.set("aws:PrincipalTag/\(key)", value) }
            return PrincipalPolicies(identity: holder.identity, boundary: holder.boundary)
        case .session(let session):
            guard let holder = try self.policies(ofRole: session.roleID, account: session.account, in: &call) else {
                return .none
            }
            for (key, value) in holder.tags { context.set("aws:PrincipalTag/\(key)", value) }
            var policies = PrincipalPolicies(identity: holder.identity, boundary: holder.boundary)
            guard let details = session.details else { return policies }
            for (key, value) in details.tags { context.set("aws:PrincipalTag/\(key)", value) }
            context.set("aws:TokenIssueTime", details.issued.iso8601Seconds)
            context.set("aws:MultiFactorAuthPresent", "false")
            if let identity = details.sourceIdentity { context.set("aws:SourceIdentity", identity) }
            policies.session = try self.policies(of: details, account: session.account, in: &call)
            return policies
        }
    }

    /// The policies given when the session began; nil when there were none. A managed one that is gone allows nothing.
    private func policies(
        of details: SessionDetails, account: String, in call: inout Call
    ) throws(ServiceError) -> [PolicyDocument]? {
        guard details.policy != nil || !details.policyARNs.isEmpty else { return nil }
        var documents: [PolicyDocument] = []
        if let text = details.policy { documents.append(try self.documents.document(text)) }
        let managed = try call.acting(as: call.principal, account: account) {
            (call) throws(ServiceError) -> [PolicyDocument] in
            var found: [PolicyDocument] = []
            for arn in details.policyARNs {
                if let document = try self.managed(arn, in: &call) { found.append(document) }
            }
            return found
        }
        return documents + managed
    }
}
