internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
package enum UpdateAlias: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UpdateAliasInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:UpdateAlias", input.functionName))
    }

    package static func perform(_ input: UpdateAliasInput, in call: inout Call) throws(ServiceError)
        -> AliasConfiguration
    {
        try AliasRules.check(name: input.name)
        let (key, latest) = try call.wholeFunction(input.functionName)
        let aliasKey = AliasKey(function: latest.id, name: input.name)
        guard var alias = try call.get(aliasKey) else {
            throw LambdaError.resourceNotFound("Alias not found: \(key.arn(qualifier: input.name))")
        }
        if let revision = input.revisionId, revision != alias.revisionID { throw LambdaError.staleRevision }
        if let version = input.functionVersion { alias.version = version }
        if let description = input.description { alias.description = description }
        // A routing configuration without weights ends the routing.
        if let routing = input.routingConfig { alias.weights = routing.additionalVersionWeights ?? [:] }
        try call.check(alias, of: key, latest)
        if try call.contains(ProvisionedKey(function: latest.id, qualifier: input.name)) {
            try call.checkProvisioned(alias, of: latest.id)
            call.signal(ProvisionedEnvironments.channel)
        }
        alias.revisionID = call.entropy.uuid()
        try call.put(aliasKey, alias)
        return alias.answer(key, name: input.name)
    }
}
