internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
package enum AddLayerVersionPermission: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: AddLayerVersionPermissionInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let key = try call.layerVersionKey(input.layerName, input.versionNumber)
        return Demands(Demand("lambda:AddLayerVersionPermission", on: key.arn, account: key.account))
    }

    package static func perform(
        _ input: AddLayerVersionPermissionInput, in call: inout Call
    ) throws(ServiceError) -> AddLayerVersionPermissionOutput {
        let (key, old) = try call.layerPolicy(input.layerName, input.versionNumber)
        var policy = old ?? FunctionPolicyRecord(statements: [], revisionID: "")
        try policy.check(revision: input.revisionId, toldBy: "GetLayerPolicy")
        try policy.checkNew(input.statementId)
        if input.organizationId != nil, input.principal != "*" {
            throw LambdaError.invalidParameterValue("OrganizationId is supported only where Principal is *.")
        }
        let json = try PermissionStatement(input, resource: key.arn.description).json()
        try policy.add(input.statementId, json, revision: call.entropy.uuid())
        try call.put(LayerPolicyKey(version: key), policy)
        return AddLayerVersionPermissionOutput(statement: json, revisionId: policy.revisionID)
    }
}

extension Call {
    /// A layer's version and its policy. Errors: ResourceNotFoundException where there is no such version.
    mutating func layerPolicy(
        _ layer: String, _ number: Int
    ) throws(ServiceError) -> (key: LayerVersionKey, policy: FunctionPolicyRecord?) {
        let key = try self.layerVersionKey(layer, number)
        guard try self.contains(key) else {
            throw LambdaError.resourceNotFound("Layer version \(key.arn) does not exist.")
        }
        return (key, try self.get(LayerPolicyKey(version: key)))
    }
}
