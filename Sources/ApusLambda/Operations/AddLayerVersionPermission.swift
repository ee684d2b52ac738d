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
        try policy.checkLayer(revision: input.revisionId)
        guard !policy.statements.contains(where: { $0.id == input.statementId }) else {
            throw LambdaError.resourceConflict(
                "The statement id (\(input.statementId)) provided already exists. Please provide a new statement id, or "
                    + "remove the existing statement.")
        }
        if input.organizationId != nil, input.principal != "*" {
            throw LambdaError.invalidParameterValue("OrganizationId is supported only where Principal is *.")
        }
        let json = self.statement(input, resource: key.arn.description)
        policy.statements.append(FunctionPolicyRecord.Statement(id: input.statementId, json: json))
        policy.revisionID = call.entropy.uuid()
        let size = policy.document.utf8.count
        guard size <= LambdaLimits.policyBytes else {
            throw LambdaError.policyLengthExceeded(
                "The final policy size (\(size)) is bigger than the limit (\(LambdaLimits.policyBytes)).")
        }
        try call.put(LayerPolicyKey(version: key), policy)
        return AddLayerVersionPermissionOutput(statement: json, revisionId: policy.revisionID)
    }

    /// The statement as compact JSON, members in AWS's order.
    private static func statement(_ input: AddLayerVersionPermissionInput, resource: String) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("Sid")
        writer.string(input.statementId)
        writer.key("Effect")
        writer.string("Allow")
        writer.key("Principal")
        if input.principal == "*" {
            writer.string("*")
        } else {
            writer.beginObject()
            writer.key("AWS")
            writer.string(input.principal.hasPrefix("arn:") ? input.principal : "arn:aws:iam::\(input.principal):root")
            writer.endObject()
        }
        writer.key("Action")
        writer.string(input.action)
        writer.key("Resource")
        writer.string(resource)
        if let organization = input.organizationId {
            writer.key("Condition")
            writer.beginObject()
            writer.key("StringEquals")
            writer.beginObject()
            writer.key("aws:PrincipalOrgID")
            writer.string(organization)
            writer.endObject()
            writer.endObject()
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
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

extension FunctionPolicyRecord {
    /// Errors: PreconditionFailedException where the caller expects another revision.
    func checkLayer(revision: String?) throws(ServiceError) {
        guard let revision, revision != self.revisionID else { return }
        throw LambdaError.preconditionFailed(
            "The RevisionId provided does not match the latest RevisionId. Call the GetLayerPolicy API to retrieve the "
                + "latest RevisionId")
    }
}
