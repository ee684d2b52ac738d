package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
///
/// An alias that is not there is deleted, too.
package enum DeleteAlias: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteAliasInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:DeleteAlias", input.functionName))
    }

    package static func perform(_ input: DeleteAliasInput, in call: inout Call) throws(ServiceError) -> NoShape {
        try AliasRules.check(name: input.name)
        let (key, latest) = try call.wholeFunction(input.functionName)
        let aliasKey = AliasKey(function: latest.id, name: input.name)
        guard try call.contains(aliasKey) else { return NoShape() }
        try call.delete(aliasKey)
        try call.deleteBelongings(of: input.name, function: latest.id, key, latest.shared)
        return NoShape()
    }
}
