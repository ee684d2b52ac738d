internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
package enum CreateAlias: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateAliasInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:CreateAlias", input.functionName))
    }

    package static func perform(_ input: CreateAliasInput, in call: inout Call) throws(ServiceError)
        -> AliasConfiguration
    {
        try AliasRules.check(name: input.name)
        let (key, latest) = try call.wholeFunction(input.functionName)
        let aliasKey = AliasKey(function: latest.id, name: input.name)
        guard try !call.contains(aliasKey) else {
            throw LambdaError.resourceConflict("Alias already exists: \(key.arn(qualifier: input.name))")
        }
        let alias = AliasRecord(
            version: input.functionVersion, description: input.description ?? "",
            weights: input.routingConfig?.additionalVersionWeights ?? [:], revisionID: call.entropy.uuid())
        try call.check(alias, of: key, latest)
        try call.put(aliasKey, alias)
        return alias.answer(key, name: input.name)
    }
}
