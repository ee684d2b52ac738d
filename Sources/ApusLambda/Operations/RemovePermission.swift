internal import ApusBase
package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
package enum RemovePermission: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: RemovePermissionInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:RemovePermission", input.functionName))
    }

    package static func perform(_ input: RemovePermissionInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let (_, record) = try call.function(input.functionName, qualifier: input.qualifier)
        let policyKey = FunctionPolicyKey(function: record.id)
        guard var policy = try call.get(policyKey) else {
            throw LambdaError.resourceNotFound("No policy is associated with the given resource.")
        }
        try policy.check(revision: input.revisionId)
        guard let index = policy.statements.firstIndex(where: { $0.id == input.statementId }) else {
            throw LambdaError.resourceNotFound("Statement \(input.statementId) is not found in resource policy.")
        }
        policy.statements.remove(at: index)
        policy.revisionID = call.entropy.uuid()
        if policy.statements.isEmpty { try call.delete(policyKey) } else { try call.put(policyKey, policy) }
        return NoShape()
    }
}
