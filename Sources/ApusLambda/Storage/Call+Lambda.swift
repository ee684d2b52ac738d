package import ApusService
internal import ApusStore

/// What several operations of Lambda do with functions.
extension Call {
    /// The key of the function that a request names. A name of another region is never found.
    ///
    /// Errors: InvalidParameterValueException for a text that names no function.
    package func functionKey(_ text: String) throws(ServiceError) -> (key: FunctionKey, name: FunctionName) {
        guard let name = FunctionName(text) else {
            throw LambdaError.invalidParameterValue("Invalid function name: \(text)")
        }
        let key = FunctionKey(
            account: name.account ?? self.account, region: name.region ?? self.region, name: name.name)
        return (key, name)
    }

    /// The demand on a function, a version or an alias, as the request names it, with its own resource policy where it has one.
    ///
    /// A policy for `function:name` says nothing about `function:name:1`, and the other way round; `$LATEST` has the
    /// function's own policy.
    package mutating func functionDemand(
        _ action: String, _ text: String, qualifier: String? = nil
    ) throws(ServiceError) -> Demand {
        let (key, name) = try self.functionKey(text)
        let qualifier = qualifier ?? name.qualifier
        var demand = Demand(action, on: key.arn(qualifier: qualifier), account: key.account)
        if let record = try self.get(key), let policy = try self.policy(function: record.id, qualifier: qualifier) {
            demand.resourcePolicy = policy.document
        }
        return demand
    }

    /// Refuses a dead-letter queue to which the function's role may not send: the letter would be lost, far from whoever
    /// made the mistake. What another account's queue allows is found out when it is sent to.
    package mutating func checkDeadLetters(
        to target: String?, of function: String, role: KnownRole
    ) throws(ServiceError) {
        guard let target, let arn = ARN(target), arn.service == "sqs", arn.account == self.account else { return }
        let isAllowed = try self.acting(as: role.session(named: function)) { (call) throws(ServiceError) in
            try call.allows(Demand("sqs:SendMessage", on: target, account: arn.account))
        }
        if !isAllowed { throw MappedQueue.noPermission("SendMessage") }
    }

    /// The execution role that a configuration names, which Lambda must be able to assume.
    package mutating func executionRole(_ arn: String) throws(ServiceError) -> KnownRole {
        let identities = self.ports.identities
        let service = ServiceIdentity(name: "lambda.amazonaws.com", sourceARN: nil, sourceAccount: self.account)
        guard let role = try identities.role(arn: arn, in: &self),
            try identities.mayAssume(role, service: service, in: &self)
        else {
            throw LambdaError.invalidParameterValue("The role defined for the function cannot be assumed by Lambda.")
        }
        return role
    }

    /// The demand to hand the role to Lambda.
    package func passRoleDemand(_ arn: String) -> Demand {
        Demand(
            "iam:PassRole", on: arn, account: ARN(arn)?.account ?? self.account,
            conditions: [(key: "iam:PassedToService", values: ["lambda.amazonaws.com"])])
    }
}

extension FunctionKey {
    /// The function's ARN, without a qualifier.
    package var arn: ARN { FunctionName.arn(self.name, account: self.account, region: self.region) }

    /// The ARN of a version or an alias; the function's own for nil.
    package func arn(qualifier: String?) -> String { qualifier.map { "\(self.arn):\($0)" } ?? self.arn.description }
}
