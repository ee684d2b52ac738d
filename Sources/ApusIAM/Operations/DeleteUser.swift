package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
package enum DeleteUser: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteUserInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:DeleteUser", input.userName)
    }

    package static func perform(_ input: DeleteUserInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let user = try call.user(input.userName)
        let holder = PolicyHolder(user)
        try holder.requireUnused(UserPolicyKey.self, in: &call)
        if try !KeyOwner.user(user).keys(in: &call).isEmpty {
            throw IAMError.deleteConflict("Cannot delete entity, must delete access keys first.")
        }
        try Attachments.clearBoundary(of: holder, in: &call)
        try call.delete(IAMNameKey(account: user.account, kind: .user, name: user.name))
        try call.delete(UserKey(account: user.account, id: user.id))
        try call.changeIdentities(of: call.account) { $0.users -= 1 }
        return NoShape()
    }
}
