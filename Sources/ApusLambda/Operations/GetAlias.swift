package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html
package enum GetAlias: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetAliasInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetAlias", input.functionName))
    }

    package static func perform(_ input: GetAliasInput, in call: inout Call) throws(ServiceError) -> AliasConfiguration
    {
        try AliasRules.check(name: input.name)
        let (key, latest) = try call.wholeFunction(input.functionName)
        guard let alias = try call.get(AliasKey(function: latest.id, name: input.name)) else {
            throw LambdaError.resourceNotFound("Cannot find alias arn: \(key.arn(qualifier: input.name))")
        }
        return alias.answer(key, name: input.name)
    }
}
