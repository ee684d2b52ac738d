package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
package enum GetPolicy: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetPolicy", input.functionName))
    }

    package static func perform(_ input: GetPolicyInput, in call: inout Call) throws(ServiceError) -> GetPolicyOutput {
        let (_, record) = try call.function(input.functionName, qualifier: input.qualifier)
        guard let policy = try call.get(FunctionPolicyKey(function: record.id)) else {
            throw LambdaError.resourceNotFound("The resource you requested does not exist.")
        }
        return GetPolicyOutput(policy: policy.document, revisionId: policy.revisionID)
    }
}
