internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
///
/// An update that sets what is set already changes nothing but the revision: environments stay warm.
package struct UpdateFunctionConfiguration: Procedure {
    private let packages: PackageStore
    private let invocations: FunctionInvocations

    package init(packages: PackageStore, invocations: FunctionInvocations) {
        self.packages = packages
        self.invocations = invocations
    }

    package func perform(
        _ input: UpdateFunctionConfigurationInput, in session: Session
    ) async throws(ServiceError) -> FunctionConfiguration {
        let change = try await session.write { (call) throws(ServiceError) in try Self.update(input, in: &call) }
        if let replaced = change.replaced { self.invocations.retire(replaced) }
        for blob in change.released { self.packages.forget(blob) }
        return change.answer
    }

    private struct Change: Sendable {
        /// nil where the environments serve on.
        var replaced: FunctionRecord?
        var released: [BlobID]
        var answer: FunctionConfiguration
    }

    private static func update(
        _ input: UpdateFunctionConfigurationInput, in call: inout Call
    ) throws(ServiceError) -> Change {
        var demand = try call.functionDemand("lambda:UpdateFunctionConfiguration", input.functionName)
        if let layers = input.layers, !layers.isEmpty {
            demand.conditions.append((key: "lambda:Layer", values: layers))
        }
        try call.require(demand)
        let (key, old) = try call.wholeFunction(input.functionName)
        try input.refuseUnsupported()
        let isPackage = input.runtime != nil || input.handler != nil || input.layers?.isEmpty == false
        if isPackage, old.configuration.surroundings.image != nil {
            throw LambdaError.invalidParameterValue(
                "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.")
        }
        try old.requireRevision(input.revisionId)
        var record = old
        try self.changeRoleAndRuntime(input, of: &record, old, in: &call)
        try self.changeVariables(input, of: &record, in: call)
        try record.configuration.apply(input)
        try SurroundingsRules.apply(
            vpc: input.vpcConfig, fileSystems: input.fileSystemConfigs, image: input.imageConfig,
            to: &record.configuration, in: call)
        let released = try self.changeLayers(input, of: &record, old, in: &call)
        if input.role != nil || input.deadLetterConfig != nil, let target = record.configuration.deadLetterARN {
            let role = try call.executionRole(record.configuration.roleARN)
            try call.checkDeadLetters(to: target, of: key.name, role: role)
        }
        let isSame = record.configuration == old.configuration
        record.noteChange(isSame ? .none : .content, in: call)
        call.updateRuntime(of: &record, region: key.region)
        try call.put(key, record)
        return Change(
            replaced: isSame ? nil : old, released: released, answer: try call.configuration(key, record))
    }

    private static func changeRoleAndRuntime(
        _ input: UpdateFunctionConfigurationInput, of record: inout FunctionRecord, _ old: FunctionRecord,
        in call: inout Call
    ) throws(ServiceError) {
        if let role = input.role {
            try call.require(call.passRoleDemand(role))
            if role != old.configuration.roleARN { _ = try call.executionRole(role) }
            record.configuration.roleARN = role
        }
        if let runtime = input.runtime {
            if let refusal = call.ports.runner.missing(runtime: runtime) { throw refusal.error }
            record.configuration.change(runtime: runtime)
        }
    }

    /// The same variables stay sealed as they are, so that they compare equal.
    private static func changeVariables(
        _ input: UpdateFunctionConfigurationInput, of record: inout FunctionRecord, in call: borrowing Call
    ) throws(ServiceError) {
        guard let variables = input.environment?.variables else { return }
        try FunctionVariables.check(variables)
        if try call.variables(record) == variables { return }
        record.configuration.variables = call.seal(
            FunctionVariables.encode(variables), context: FunctionVariables.context(function: record.id))
    }

    private static func changeLayers(
        _ input: UpdateFunctionConfigurationInput, of record: inout FunctionRecord, _ old: FunctionRecord,
        in call: inout Call
    ) throws(ServiceError) -> [BlobID] {
        guard let arns = input.layers else { return [] }
        record.configuration.layers = try call.layers(arns, kept: old.configuration.layers)
        try FunctionChecks.checkSize(code: record.code, layers: record.configuration.layers)
        let holder = PackageHolder(record)
        var released: [BlobID] = []
        for layer in old.configuration.layers where !record.configuration.layers.contains(layer) {
            if let blob = try call.letGo(layer.code, of: holder) { released.append(blob) }
        }
        for layer in record.configuration.layers { try call.hold(layer.code, for: holder) }
        return released
    }
}

extension FunctionSettings {
    /// Takes over what the input sets and nothing else has to be checked for.
    fileprivate mutating func apply(_ input: UpdateFunctionConfigurationInput) throws(ServiceError) {
        if let handler = input.handler { self.handler = handler }
        if let description = input.description { self.description = description }
        if let timeout = input.timeout { self.timeoutSeconds = timeout }
        if let memory = input.memorySize { self.memoryMiB = memory }
        if let size = input.ephemeralStorage?.size { self.ephemeralMiB = size }
        if let mode = input.tracingConfig?.mode { self.tracingMode = mode }
        if let target = input.deadLetterConfig?.targetArn { self.deadLetterARN = target.isEmpty ? nil : target }
        if let durable = input.durableConfig {
            guard let before = self.durable else {
                throw LambdaError.invalidParameterValue(
                    "DurableConfig cannot be added to a function that was created without it.")
            }
            self.durable = try DurableSettings(durable, before: before)
        }
        try FunctionChecks.apply(input.loggingConfig, to: &self)
        if let applyOn = input.snapStart?.applyOn { self.snapStart = applyOn == "PublishedVersions" }
        try SnapStartRules.check(self)
    }
}
