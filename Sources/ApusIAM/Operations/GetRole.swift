package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
package enum GetRole: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetRoleInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:GetRole", input.roleName)
    }

    package static func perform(_ input: GetRoleInput, in call: inout Call) throws(ServiceError) -> GetRoleOutput {
        GetRoleOutput(role: try call.role(input.roleName).shape())
    }
}
