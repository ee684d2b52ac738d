internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
///
/// Without a name it answers the caller: a user, or the account's root, which has no name.
package enum GetUser: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetUserInput, in call: inout Call) throws(ServiceError) -> Demands {
        try KeyOwner.demand("iam:GetUser", input.userName, in: &call)
    }

    package static func perform(_ input: GetUserInput, in call: inout Call) throws(ServiceError) -> GetUserOutput {
        switch try KeyOwner(input.userName, in: &call) {
        case .user(let user):
            return GetUserOutput(user: user.shape())
        case .root:
            return GetUserOutput(
                user: User(
                    path: "/", userName: "", userId: call.account, arn: call.principal.arn,
                    createDate: Timestamp(milliseconds: 0)))
        }
    }
}
