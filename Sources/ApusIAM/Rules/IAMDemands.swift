internal import ApusService

/// What the operations demand. Of a user or role that does not exist, the path is taken to be `/`.
///
/// Source:
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
extension Call {
    mutating func userDemand(
        _ action: String, _ name: String, _ conditions: [(key: String, values: [String])] = []
    ) throws(ServiceError) -> Demands {
        let user = try self.findUser(name)
        return self.identityDemand(
            action, user?.arn ?? "arn:aws:iam::\(self.account):user/\(name)", boundary: user?.boundary,
            tags: user?.tags ?? [:], conditions)
    }

    mutating func roleDemand(
        _ action: String, _ name: String, _ conditions: [(key: String, values: [String])] = []
    ) throws(ServiceError) -> Demands {
        let role = try self.findRole(name)
        return self.identityDemand(
            action, role?.arn ?? "arn:aws:iam::\(self.account):role/\(name)", boundary: role?.boundary,
            tags: role?.tags ?? [:], conditions)
    }

    private func identityDemand(
        _ action: String, _ arn: String, boundary: String?, tags: [String: String],
        _ conditions: [(key: String, values: [String])]
    ) -> Demands {
        var conditions = conditions + IAMTags.conditions(ofResource: tags)
        if let boundary { conditions.append(("iam:PermissionsBoundary", [boundary])) }
        return self.iamDemand(action, arn, conditions)
    }

    /// A demand on any resource of the call's account.
    func iamDemand(
        _ action: String, _ resource: String, _ conditions: [(key: String, values: [String])] = []
    ) -> Demands {
        Demands(Demand(action, on: resource, account: self.account, conditions: conditions))
    }

    /// A demand on a managed policy.
    mutating func policyDemand(
        _ action: String, _ arn: String, _ conditions: [(key: String, values: [String])] = []
    ) throws(ServiceError) -> Demands {
        let tags = try ManagedPolicy.own(arn, in: &self)?.tags ?? [:]
        return self.iamDemand(action, arn, conditions + IAMTags.conditions(ofResource: tags))
    }

    /// A demand to create something that has tags and perhaps a boundary.
    func creationDemand(_ action: String, _ resource: String, tags: [Tag]?, boundary: String? = nil) -> Demands {
        var conditions = IAMTags.conditions(ofRequest: tags)
        if let boundary { conditions.append(("iam:PermissionsBoundary", [boundary])) }
        return self.iamDemand(action, "arn:aws:iam::\(self.account):\(resource)", conditions)
    }
}
