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
        try policy.check(revision: input.revisionId)
        guard !policy.statements.contains(where: { $0.id == input.statementId }) else {
            throw LambdaError.resourceConflict(
                "The statement id (\(input.statementId)) provided already exists. Please provide a new statement id, or "
                    + "remove the existing statement.")
        }
        let json = try PermissionStatement(input, resource: target.arn).json()
        policy.statements.append(FunctionPolicyRecord.Statement(id: input.statementId, json: json))
        policy.revisionID = call.entropy.uuid()
        let size = policy.document.utf8.count
        guard size <= LambdaLimits.policyBytes else {
            throw LambdaError.policyLengthExceeded(
                "The final policy size (\(size)) is bigger than the limit (\(LambdaLimits.policyBytes)).")
        }
        try call.put(policy, function: function, qualifier: target.qualifier)
        return AddPermissionOutput(statement: json)
    }
}

extension FunctionPolicyRecord {
    /// Errors: PreconditionFailedException where the caller expects another revision.
    func check(revision: String?) throws(ServiceError) {
        guard let revision, revision != self.revisionID else { return }
        throw LambdaError.preconditionFailed(
            "The RevisionId provided does not match the latest RevisionId. Call the GetPolicy API to retrieve the latest "
                + "RevisionId")
    }
}
