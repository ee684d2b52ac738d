package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
///
/// A function goes with its versions, aliases, policies, URL and packages; environments end what they run. Of a function with
/// very many versions some go first, in transactions of their own: whoever sees that half done deletes it again.
package struct DeleteFunction: Procedure {
    private let packages: PackageStore
    private let invocations: FunctionInvocations
    private let events: AsyncInvocations

    package init(packages: PackageStore, invocations: FunctionInvocations, events: AsyncInvocations) {
        self.packages = packages
        self.invocations = invocations
        self.events = events
    }

    package func perform(_ input: DeleteFunctionInput, in session: Session) async throws(ServiceError)
        -> DeleteFunctionOutput
    {
        var isDone = false
        while !isDone {
            let invocations = self.invocations
            let step = try await session.write { (call) throws(ServiceError) -> Step in
                let step = try Self.delete(input, in: &call)
                let key = try call.functionKey(input.functionName).key
                call.afterCommit { invocations.forgetReserved(account: key.account, region: key.region) }
                return step
            }
            for record in step.gone { self.invocations.retire(record) }
            for blob in step.released { self.packages.forget(blob) }
            if let function = step.function { self.events.forget(function, on: session.host) }
            isDone = step.isLast
        }
        return DeleteFunctionOutput(statusCode: 204)
    }

    private struct Step: Sendable {
        var gone: [FunctionRecord] = []
        var released: [BlobID] = []
        var isLast = true
        /// The function, once it is gone as a whole.
        var function: UInt64?
    }

    private static func delete(_ input: DeleteFunctionInput, in call: inout Call) throws(ServiceError) -> Step {
        try call.require(
            try call.functionDemand("lambda:DeleteFunction", input.functionName, qualifier: input.qualifier))
        let name = try call.functionKey(input.functionName).name
        guard let qualifier = input.qualifier ?? name.qualifier else { return try self.deleteAll(input, in: &call) }
        if qualifier == "$LATEST" {
            throw LambdaError.invalidParameterValue("$LATEST version cannot be deleted without deleting the function.")
        }
        guard FunctionName.isNumber(qualifier) else {
            throw LambdaError.invalidParameterValue("Deletion of aliases is not currently supported.")
        }
        let target = try call.target(input.functionName, qualifier: qualifier)
        let aliases = try call.aliases(of: target.record.id, to: qualifier)
        guard aliases.isEmpty else {
            throw LambdaError.resourceConflict(
                "Unable to delete version because the following aliases reference it: [\(aliases.joined(separator: ", "))]"
            )
        }
        let released = try call.deleteVersion(target.record, of: target.key, shared: target.shared)
        return Step(gone: [target.record], released: released)
    }

    /// The function, or as many of its versions as go at once.
    private static func deleteAll(_ input: DeleteFunctionInput, in call: inout Call) throws(ServiceError) -> Step {
        let (key, record) = try call.wholeFunction(input.functionName)
        var step = Step()
        let limit = LambdaLimits.versionsDeletedAtOnce
        let versions = try call.page(VersionKey.all(function: record.id), limit: limit + 1)
        for (_, version) in versions.prefix(limit) {
            step.released += try call.deleteVersion(version, of: key, shared: record.shared)
            step.gone.append(version)
        }
        guard versions.count <= limit else {
            step.isLast = false
            return step
        }
        let reserved = record.shared.reservedConcurrency ?? 0
        let provisioned = record.shared.reservedConcurrency == nil ? try call.provisioned(of: record.id) : 0
        try key.changeUsage(in: &call) { usage in
            usage.functions -= 1
            usage.codeBytes -= record.code.size
            usage.reservedConcurrency -= reserved
            usage.provisionedConcurrency -= provisioned
        }
        try call.delete(key)
        try call.delete(FunctionPolicyKey(function: record.id))
        try call.clear(QualifiedPolicyKey.all(function: record.id))
        try call.clear(AliasKey.all(function: record.id))
        try call.clear(ProvisionedKey.all(function: record.id))
        call.signal(ProvisionedEnvironments.channel)
        try call.clear(EventInvokeKey.all(function: record.id))
        try call.deleteURLs(ofFunction: record.id)
        if let arn = record.shared.codeSigningARN, let configuration = CodeSigningKey(arn: arn) {
            try call.delete(CodeSigningUseKey(configuration: configuration, function: key.name))
        }
        step.released += try call.letGoAll(of: record)
        step.gone.append(record)
        step.function = record.id
        return step
    }
}
