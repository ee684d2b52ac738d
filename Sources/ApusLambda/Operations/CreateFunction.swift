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

    package func perform(_ input: CreateFunctionInput, in session: Session) async throws(ServiceError)
        -> FunctionConfiguration
    {
        try session.read { (call) throws(ServiceError) in _ = try Self.check(input, in: &call) }
        guard let zip = input.code.zipFile else {
            throw LambdaError.invalidParameterValue("Please provide a source for function code.")
        }
        let package = try await self.packages.checkedKeep(zip, for: "CreateFunction")
        do throws(ServiceError) {
            return try await session.refreshed.write { (call) throws(ServiceError) in
                try Self.create(input, package, in: &call)
            }
        } catch {
            self.packages.discard(package.blob)
            throw error
        }
    }

    /// What has been checked and found.
    private struct Checked {
        var key: FunctionKey
        var layers: [LayerUse]
        var codeSigning: CodeSigningKey?
    }

    /// Everything that can be said without the package: permissions first, so that strangers learn nothing.
    private static func check(_ input: CreateFunctionInput, in call: inout Call) throws(ServiceError) -> Checked {
        try call.require(try self.demand(input, in: &call))
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
        try TagRules.check(input.tags ?? [:])
        if try call.contains(key) { throw LambdaError.resourceConflict("Function already exist: \(key.name)") }
        let role = try call.executionRole(input.role)
        try call.checkDeadLetters(to: input.deadLetterConfig?.targetArn, of: key.name, role: role)
        let layers = try call.layers(input.layers ?? [])
        let codeSigning = try input.codeSigningConfigArn.map { (arn) throws(ServiceError) in
            try call.knownCodeSigning(arn)
        }
        return Checked(key: key, layers: layers, codeSigning: codeSigning)
    }

    private static func demand(_ input: CreateFunctionInput, in call: inout Call) throws(ServiceError) -> Demand {
        var demand = try call.functionDemand("lambda:CreateFunction", input.functionName)
        demand.addTags(input.tags ?? [:])
        if let layers = input.layers, !layers.isEmpty {
            demand.conditions.append((key: "lambda:Layer", values: layers))
        }
        if let arn = input.codeSigningConfigArn {
            demand.conditions.append((key: "lambda:CodeSigningConfigArn", values: [arn]))
        }
        return demand
    }

    private static func create(
        _ input: CreateFunctionInput, _ package: KeptPackage, in call: inout Call
    ) throws(ServiceError) -> FunctionConfiguration {
        let checked = try self.check(input, in: &call)
        let key = checked.key
        let code = FunctionCodeRecord(package)
        try FunctionChecks.checkSize(code: code, layers: checked.layers)
        let id = call.entropy.nextUInt64()
        var settings = FunctionSettings(
            runtime: input.runtime ?? "", handler: input.handler ?? "", roleARN: input.role,
            description: input.description ?? "", timeoutSeconds: input.timeout ?? LambdaLimits.defaultTimeoutSeconds,
            memoryMiB: input.memorySize ?? LambdaLimits.defaultMemoryMiB,
            ephemeralMiB: input.ephemeralStorage?.size ?? LambdaLimits.defaultEphemeralMiB,
            architecture: input.architectures?.first ?? "x86_64",
            tracingMode: input.tracingConfig?.mode ?? "PassThrough",
            deadLetterARN: input.deadLetterConfig?.targetArn, logGroup: "/aws/lambda/\(key.name)",
            layers: checked.layers)
        try FunctionChecks.apply(input.loggingConfig, to: &settings)
        if let variables = input.environment?.variables {
            settings.variables = call.seal(
                FunctionVariables.encode(variables), context: FunctionVariables.context(function: id))
        }
        var record = FunctionRecord(
            id: id, change: 1, revisionID: call.entropy.uuid(), lastModified: call.now, configuration: settings,
            code: code,
            tags: input.tags ?? [:])
        try key.changeUsage(in: &call) { usage in
            usage.functions += 1
            usage.codeBytes += code.size
        }
        try call.adopt(package.blob)
        try call.holdAll(of: record)
        if let configuration = checked.codeSigning {
            record.shared.codeSigningARN = configuration.arn.description
            try call.put(CodeSigningUseKey(configuration: configuration, function: key.name), Presence())
        }
        try call.put(key, record)
        guard input.publish == true else { return try call.configuration(key, record) }
        // The version's configuration, but the function's ARN, as AWS answers.
        return try call.configuration(key, try call.publish(key, &record, description: nil))
    }
}
