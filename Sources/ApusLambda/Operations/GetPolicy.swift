package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
package enum GetPolicy: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetPolicy", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(_ input: GetPolicyInput, in call: inout Call) throws(ServiceError) -> GetPolicyOutput {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        guard let policy = try call.policy(function: target.record.id, qualifier: target.qualifier) else {
            throw LambdaError.resourceNotFound("The resource you requested does not exist.")
        }
        return GetPolicyOutput(policy: policy.document, revisionId: policy.revisionID)
    }
}
