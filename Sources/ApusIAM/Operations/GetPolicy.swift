package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
package enum GetPolicy: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.policyDemand("iam:GetPolicy", input.policyArn)
    }

    package static func perform(_ input: GetPolicyInput, in call: inout Call) throws(ServiceError) -> GetPolicyOutput {
        guard let policy = try ManagedPolicy.find(input.policyArn, in: &call) else {
            throw IAMError.noSuchPolicy(input.policyArn)
        }
        return GetPolicyOutput(policy: try policy.shape(in: &call))
    }
}
