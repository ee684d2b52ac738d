package import ApusService

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
package enum GetCallerIdentity: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetCallerIdentityInput, in call: inout Call) throws(ServiceError) -> Demands {
        if case .anonymous = call.principal { throw CommonError.missingAuthenticationToken() }
        return .none(because: "AWS answers every caller who has signed, even one whose policies deny it")
    }

    package static func perform(
        _ input: GetCallerIdentityInput, in call: inout Call
    ) throws(ServiceError) -> GetCallerIdentityOutput {
        let principal = call.principal
        return GetCallerIdentityOutput(
            userId: principal.userID, account: principal.account ?? call.account, arn: principal.arn)
    }
}
