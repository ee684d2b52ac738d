internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
package enum AddPermission: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: AddPermissionInput, in call: inout Call) throws(ServiceError) -> Demands {
        var demand = try call.functionDemand("lambda:AddPermission", input.functionName, qualifier: input.qualifier)
        demand.conditions.append((key: "lambda:Principal", values: [input.principal]))
        if let type = input.functionUrlAuthType {
            demand.conditions.append((key: "lambda:FunctionUrlAuthType", values: [type]))
        }
        return Demands(demand)
    }

    package static func perform(_ input: AddPermissionInput, in call: inout Call) throws(ServiceError)
        -> AddPermissionOutput
    {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        if target.qualifier == "$LATEST" {
            throw LambdaError.invalidParameterValue("We currently do not support adding policies for $LATEST.")
        }
        let function = target.record.id
        var policy =
            try call.policy(function: function, qualifier: target.qualifier)
            ?? FunctionPolicyRecord(statements: [], revisionID: "")
        try policy.check(revision: input.revisionId, toldBy: "GetPolicy")
        try policy.checkNew(input.statementId)
        let json = try PermissionStatement(input, resource: target.arn).json()
        try policy.add(input.statementId, json, revision: call.entropy.uuid())
        try call.put(policy, function: function, qualifier: target.qualifier)
        return AddPermissionOutput(statement: json)
    }
}
