internal import ApusBase
package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_RemoveLayerVersionPermission.html
package enum RemoveLayerVersionPermission: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: RemoveLayerVersionPermissionInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let key = try call.layerVersionKey(input.layerName, input.versionNumber)
        return Demands(Demand("lambda:RemoveLayerVersionPermission", on: key.arn, account: key.account))
    }

    package static func perform(
        _ input: RemoveLayerVersionPermissionInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        let (key, found) = try call.layerPolicy(input.layerName, input.versionNumber)
        guard var policy = found else {
            throw LambdaError.resourceNotFound("No policy is associated with the given resource.")
        }
        try policy.check(revision: input.revisionId, toldBy: "GetLayerPolicy")
        try policy.remove(input.statementId, revision: call.entropy.uuid())
        let policyKey = LayerPolicyKey(version: key)
        if policy.statements.isEmpty { try call.delete(policyKey) } else { try call.put(policyKey, policy) }
        return NoShape()
    }
}
