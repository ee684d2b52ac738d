internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
///
/// Checks first, then keeps the package, then names it in the transaction that makes the function, which checks again. A
/// function is active when the answer leaves.
package struct CreateFunction: Procedure {
    private let packages: PackageStore

    package init(packages: PackageStore) { self.packages = packages }

    package func perform(_ input: CreateFunctionInput, in session: Session) async throws(ServiceError) -> FunctionConfiguration {
        try session.read { (call) throws(ServiceError) in _ = try Self.check(input, in: &call) }
        guard let zip = input.code.zipFile else {
            throw LambdaError.invalidParameterValue("Please provide a source for function code.")
        }
        let blob = try await self.packages.checkedKeep(zip)
        do throws(ServiceError) {
            return try await session.refreshed.write { (call) throws(ServiceError) in
                try Self.create(input, blob, in: &call)
            }
        } catch {
            self.packages.discard(blob)
            throw error
        }
    }

    /// Everything that can be said without the package: permissions first, so that strangers learn nothing.
    private static func check(_ input: CreateFunctionInput, in call: inout Call) throws(ServiceError) -> FunctionKey {
        try call.require(try call.functionDemand("lambda:CreateFunction", input.functionName))
        try call.require(call.passRoleDemand(input.role))
        let (key, name) = try call.functionKey(input.functionName)
        guard key.account == call.account, key.region == call.region, name.qualifier == nil else {
            throw LambdaError.invalidParameterValue("Invalid function name: \(input.functionName)")
        }
        try input.refuseUnsupported()
        guard let runtime = input.runtime, input.handler != nil else {
            throw LambdaError.invalidParameterValue(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.")
        }
        if let refusal = call.ports.runner.missing(runtime: runtime) { throw refusal.error }
        try FunctionVariables.check(input.environment?.variables ?? [:])
        if try call.contains(key) { throw LambdaError.resourceConflict("Function already exist: \(key.name)") }
        let role = try call.executionRole(input.role)
        try call.checkDeadLetters(to: input.deadLetterConfig?.targetArn, of: key.name, role: role)
        return key
    }

    private static func create(
        _ input: CreateFunctionInput, _ blob: StoredBlob, in call: inout Call
    ) throws(ServiceError) -> FunctionConfiguration {
        let key = try self.check(input, in: &call)
        let id = call.entropy.nextUInt64()
        var settings = FunctionSettings(
            runtime: input.runtime ?? "", handler: input.handler ?? "", roleARN: input.role,
            description: input.description ?? "", timeoutSeconds: input.timeout ?? LambdaLimits.defaultTimeoutSeconds,
            memoryMiB: input.memorySize ?? LambdaLimits.defaultMemoryMiB,
            ephemeralMiB: input.ephemeralStorage?.size ?? LambdaLimits.defaultEphemeralMiB,
            architecture: input.architectures?.first ?? "x86_64", tracingMode: input.tracingConfig?.mode ?? "PassThrough",
            deadLetterARN: input.deadLetterConfig?.targetArn, logGroup: "/aws/lambda/\(key.name)")
        settings.apply(input.loggingConfig)
        if let variables = input.environment?.variables {
            settings.variables = call.seal(
                FunctionVariables.encode(variables), context: FunctionVariables.context(function: id))
        }
        let record = FunctionRecord(
            id: id, change: 1, revisionID: call.entropy.uuid(), lastModified: call.now, configuration: settings,
            code: FunctionCodeRecord(blob: blob.id.bytes, size: blob.length, sha256: blob.sha256), tags: input.tags ?? [:])
        try call.adopt(blob)
        try call.put(key, record)
        return try call.configuration(key, record)
    }
}
