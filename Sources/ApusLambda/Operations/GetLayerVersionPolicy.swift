package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html
package enum GetLayerVersionPolicy: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetLayerVersionPolicyInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let key = try call.layerVersionKey(input.layerName, input.versionNumber)
        return Demands(Demand("lambda:GetLayerVersionPolicy", on: key.arn, account: key.account))
    }

    package static func perform(
        _ input: GetLayerVersionPolicyInput, in call: inout Call
    ) throws(ServiceError) -> GetLayerVersionPolicyOutput {
        guard let policy = try call.layerPolicy(input.layerName, input.versionNumber).policy else {
            throw LambdaError.resourceNotFound("No policy is associated with the given resource.")
        }
        return GetLayerVersionPolicyOutput(policy: policy.document, revisionId: policy.revisionID)
    }
}
