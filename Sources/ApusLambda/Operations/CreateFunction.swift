internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
///
/// Checks first, then keeps the package, then names it in the transaction that makes the function, which checks again. A
/// function is active when the answer leaves.
package struct CreateFunction: Procedure {
    private let packages: PackageStore
    private let folders: HotFolders

    package init(packages: PackageStore, folders: HotFolders) {
        self.packages = packages
        self.folders = folders
    }

    package func perform(_ input: CreateFunctionInput, in session: Session) async throws(ServiceError)
        -> FunctionConfiguration
    {
        let checked = try session.read { (call) throws(ServiceError) in try self.check(input, in: &call) }
        if let folder = checked.folder {
            return try await session.refreshed.write { (call) throws(ServiceError) in
                try self.create(input, .folder(folder), in: &call)
            }
        }
        if let uri = checked.image { return try await self.create(input, imageAt: uri, in: session) }
        guard let zip = input.code.zipFile else {
            throw LambdaError.invalidParameterValue("Please provide a source for function code.")
        }
        let package = try await self.packages.checkedKeep(zip, for: "CreateFunction")
        do throws(ServiceError) {
            return try await session.refreshed.write { (call) throws(ServiceError) in
                try self.create(input, .package(package), in: &call)
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
        /// Where it is to run from, in place of a package.
        var folder: String?
        /// The address of the image that it is to run from.
        var image: String?
    }

    private func create(
        _ input: CreateFunctionInput, imageAt uri: String, in session: Session
    ) async throws(ServiceError) -> FunctionConfiguration {
        try await session.host.ports.runner.images.use(uri, in: session) { (image) throws(ServiceError) in
            try await session.refreshed.write { (call) throws(ServiceError) in
                try self.create(input, .image(image), in: &call)
            }
        }
    }

    /// Everything that can be said without the package: permissions first, so that strangers learn nothing.
    private func check(_ input: CreateFunctionInput, in call: inout Call) throws(ServiceError) -> Checked {
        try call.require(try Self.demand(input, in: &call))
        try call.require(call.passRoleDemand(input.role))
        let (key, name) = try call.functionKey(input.functionName)
        guard key.account == call.account, key.region == call.region, name.qualifier == nil else {
            throw LambdaError.invalidParameterValue("Invalid function name: \(input.functionName)")
        }
        let folder = try self.folders.folder(bucket: input.code.s3Bucket, key: input.code.s3Key, in: call)
        try input.refuseUnsupported(folder: folder)
        var image: String?
        if input.packageType == "Image" {
            image = try SurroundingsRules.checkImage(
                hasPackageSettings: input.runtime != nil || input.handler != nil || input.layers?.isEmpty == false,
                hasPackage: input.code.zipFile != nil || input.code.s3Bucket != nil, uri: input.code.imageUri)
        } else {
            guard let runtime = input.runtime, input.handler != nil else {
                throw LambdaError.invalidParameterValue(
                    "Runtime and Handler are mandatory parameters for functions created with deployment packages.")
            }
            if let refusal = call.ports.runner.missing(runtime: runtime) { throw refusal.error }
        }
        try FunctionVariables.check(input.environment?.variables ?? [:])
        try TagRules.check(input.tags ?? [:])
        if try call.contains(key) { throw LambdaError.resourceConflict("Function already exist: \(key.name)") }
        let role = try call.executionRole(input.role)
        try call.checkDeadLetters(to: input.deadLetterConfig?.targetArn, of: key.name, role: role)
        let layers = try call.layers(input.layers ?? [])
        let codeSigning = try input.codeSigningConfigArn.map { (arn) throws(ServiceError) in
            try call.knownCodeSigning(arn)
        }
        return Checked(key: key, layers: layers, codeSigning: codeSigning, folder: folder, image: image)
    }

    private static func demand(_ input: CreateFunctionInput, in call: inout Call) throws(ServiceError) -> Demand {
        var demand = try call.functionDemand("lambda:CreateFunction", input.functionName)
        demand.conditions += TagConditions.bringing(input.tags)
        if let layers = input.layers, !layers.isEmpty {
            demand.conditions.append((key: "lambda:Layer", values: layers))
        }
        if let arn = input.codeSigningConfigArn {
            demand.conditions.append((key: "lambda:CodeSigningConfigArn", values: [arn]))
        }
        return demand
    }

    private func create(
        _ input: CreateFunctionInput, _ source: CodeSource, in call: inout Call
    ) throws(ServiceError) -> FunctionConfiguration {
        let checked = try self.check(input, in: &call)
        let key = checked.key
        let code = source.code
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
        settings.surroundings.image = source.image
        try SurroundingsRules.apply(
            vpc: input.vpcConfig, fileSystems: input.fileSystemConfigs, image: input.imageConfig, to: &settings,
            in: call)
        settings.durable = try DurableSettings(input.durableConfig, before: nil)
        settings.snapStart = input.snapStart?.applyOn == "PublishedVersions"
        settings.isolatesTenants = input.tenancyConfig != nil
        try SnapStartRules.check(settings)
        if let variables = input.environment?.variables {
            settings.variables = call.seal(
                FunctionVariables.encode(variables), context: FunctionVariables.context(function: id))
        }
        var record = FunctionRecord(
            id: id, change: 1, revisionID: call.entropy.uuid(), lastModified: call.now, configuration: settings,
            code: code,
            tags: input.tags ?? [:], folder: source.folder)
        try key.changeUsage(in: &call) { usage in
            usage.functions += 1
            usage.codeBytes += code.size
        }
        if case .package(let package) = source { try call.adopt(package.blob) }
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
