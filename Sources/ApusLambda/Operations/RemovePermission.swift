internal import ApusBase
package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
package enum RemovePermission: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: RemovePermissionInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:RemovePermission", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(_ input: RemovePermissionInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        guard var policy = try call.policy(function: target.record.id, qualifier: target.qualifier) else {
            throw LambdaError.resourceNotFound("No policy is associated with the given resource.")
        }
        try policy.check(revision: input.revisionId, toldBy: "GetPolicy")
        try policy.remove(input.statementId, revision: call.entropy.uuid())
        try call.put(policy, function: target.record.id, qualifier: target.qualifier)
        return NoShape()
    }
}
