internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
///
/// It reads only: the credentials carry their session themselves (`SessionToken`).
package enum AssumeRole: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: AssumeRoleInput, in call: inout Call) throws(ServiceError) -> Demands {
        if case .root = call.principal { throw CommonError.accessDenied("Roles may not be assumed by root accounts.") }
        guard let arn = ARN(input.roleArn), arn.service == "iam", arn.resource.hasPrefix("role/") else {
            throw CommonError.validation("\(input.roleArn) is invalid")
        }
        // A role that does not exist is refused like one that does not trust the caller.
        let role = try call.ports.identities.role(arn: input.roleArn, in: &call)
        let conditions = SessionRequest.conditions(of: input)
        return Demands(
            SessionRequest.actions(of: input).map { action in
                var demand = Demand(action, on: input.roleArn, account: arn.account, conditions: conditions)
                demand.trustPolicy = role?.trustPolicy ?? PolicyDocument()
                return demand
            })
    }

    package static func perform(_ input: AssumeRoleInput, in call: inout Call) throws(ServiceError) -> AssumeRoleOutput
    {
        guard let role = try call.ports.identities.role(arn: input.roleArn, in: &call) else {
            throw CommonError.accessDenied("The role \(input.roleArn) does not exist.")
        }
        let request = try SessionRequest(input, role: role, caller: call.principal)
        let session = RoleSession(
            account: role.account, roleName: role.name, rolePath: role.path, roleID: role.id,
            sessionName: input.roleSessionName, details: request.details(issued: call.now))
        let token = SessionToken.issue(
            session, expires: call.now + Int64(request.durationSeconds) * 1000, entropy: call.entropy)
        let principal = Principal.session(session)
        return AssumeRoleOutput(
            credentials: Credentials(
                accessKeyId: token.accessKeyID, secretAccessKey: token.secretAccessKey,
                sessionToken: token.sealed(with: call.host.sealing), expiration: token.expires),
            assumedRoleUser: AssumedRoleUser(assumedRoleId: principal.userID, arn: principal.arn),
            packedPolicySize: request.packedPolicySize, sourceIdentity: request.sourceIdentity)
    }
}
