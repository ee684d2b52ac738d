internal import ApusBase
internal import ApusService
internal import ApusStore

/// When a function's runtime is updated: `UpdateRuntimeOn`.
///
/// A machine has one build of each interpreter, and whoever updates it updates it for all. So a function that is not to be updated
/// with it is not run on what it did not ask for.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html
package enum RuntimeUpdate: Equatable, Sendable {
    /// With the machine's interpreter.
    case auto
    /// When code or configuration change; the version that it was updated to last.
    case functionUpdate(String)
    /// The version that was asked for.
    case manual(String)

    /// As `UpdateRuntimeOn` says it.
    var name: String {
        switch self {
        case .auto: "Auto"
        case .functionUpdate: "FunctionUpdate"
        case .manual: "Manual"
        }
    }

    /// The ARN of the version that it is to run on; nil: whatever there is.
    var pinned: String? {
        switch self {
        case .auto: nil
        case .functionUpdate(let arn), .manual(let arn): arn
        }
    }

    /// The ARN as it was configured: "If the runtime update mode is Manual, the ARN is returned, otherwise null".
    var configured: String? { if case .manual(let arn) = self { arn } else { nil } }

    func encode(into writer: inout RecordWriter) {
        switch self {
        case .auto: writer.uint(0)
        case .functionUpdate(let arn):
            writer.uint(1)
            writer.string(arn)
        case .manual(let arn):
            writer.uint(2)
            writer.string(arn)
        }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        switch try reader.readUInt() {
        case 0: self = .auto
        case 1: self = .functionUpdate(try reader.readString())
        case 2: self = .manual(try reader.readString())
        default: throw reader.error(.invalidValue)
        }
    }
}

extension FunctionSettings {
    /// The runtime has become another one: a version of the old one is none of the new.
    mutating func change(runtime: String) {
        guard runtime != self.runtime else { return }
        self.runtime = runtime
        if case .manual = self.runtimeUpdate { self.runtimeUpdate = .auto }
    }

    /// `ConfigSha256`: in Base64, as `CodeSha256` is. `variables` are the function's, opened: sealed ones differ each time.
    func digest(variables: [String: String]?) -> String {
        var settings = self
        settings.variables = nil
        // Not of the configuration, but beside it.
        settings.runtimeUpdate = .auto
        var writer = RecordWriter()
        settings.encode(into: &writer)
        writer.stringMap(variables ?? [:])
        return Base64.encode(Digest.sha256(writer.bytes))
    }
}

extension Call {
    /// The ARN of what a function's runtime is here and now; nil for an image, which brings its own, and where there is none.
    func runtimeVersion(of settings: FunctionSettings, region: String) -> String? {
        guard settings.surroundings.image == nil else { return nil }
        return self.ports.runner.runtimeVersion(of: settings.runtime, region: region)
    }

    /// What `RuntimeVersionConfig` says: which version it runs on, or that this is not here.
    func runtimeVersionConfig(_ key: FunctionKey, _ record: FunctionRecord) -> RuntimeVersionConfig? {
        let here = self.runtimeVersion(of: record.configuration, region: key.region)
        guard let pinned = record.configuration.runtimeUpdate.pinned, pinned != here else {
            return here.map { RuntimeVersionConfig(runtimeVersionArn: $0) }
        }
        return RuntimeVersionConfig(
            runtimeVersionArn: pinned,
            error: RuntimeVersionError(
                errorCode: "InvalidRuntimeException", message: RuntimeManagement.gone(pinned, record, here: here)))
    }

    /// Errors: InvalidRuntimeException for a function that is to run on a version that is not here.
    func requireRuntimeVersion(_ key: FunctionKey, _ record: FunctionRecord) throws(ServiceError) {
        guard let pinned = record.configuration.runtimeUpdate.pinned else { return }
        let here = self.runtimeVersion(of: record.configuration, region: key.region)
        guard pinned != here else { return }
        throw LambdaError.invalidRuntime(RuntimeManagement.gone(pinned, record, here: here))
    }

    /// The function is being updated, and with it its runtime, where it is so configured.
    func updateRuntime(of record: inout FunctionRecord, region: String) {
        guard case .functionUpdate = record.configuration.runtimeUpdate,
            let here = self.runtimeVersion(of: record.configuration, region: region)
        else { return }
        record.configuration.runtimeUpdate = .functionUpdate(here)
    }
}

/// What is configured of a version's runtime.
enum RuntimeManagement {
    /// What PutRuntimeManagementConfig asks for. The sentences are ours: AWS documents the error alone.
    ///
    /// Errors: InvalidParameterValueException.
    static func update(
        _ input: PutRuntimeManagementConfigInput, of target: FunctionTarget, in call: borrowing Call
    ) throws(ServiceError) -> RuntimeUpdate {
        let settings = target.record.configuration
        guard settings.surroundings.image == nil else {
            throw LambdaError.invalidParameterValue(
                "A function of a container image runs on what its image brings: it has no runtime version to be managed."
            )
        }
        let isManual = input.updateRuntimeOn == "Manual"
        guard isManual == (input.runtimeVersionArn != nil) else {
            throw LambdaError.invalidParameterValue(
                isManual
                    ? "RuntimeVersionArn is required where UpdateRuntimeOn is Manual."
                    : "RuntimeVersionArn can be set only where UpdateRuntimeOn is Manual.")
        }
        if input.updateRuntimeOn == "Auto" { return .auto }
        let here = call.runtimeVersion(of: settings, region: target.key.region)
        guard let here, input.runtimeVersionArn ?? here == here else {
            throw LambdaError.invalidParameterValue(
                self.gone(input.runtimeVersionArn ?? settings.runtime, target.record, here: here))
        }
        return isManual ? .manual(here) : .functionUpdate(here)
    }

    /// Why a version of a runtime cannot be run on.
    static func gone(_ wanted: String, _ record: FunctionRecord, here: String?) -> String {
        let now =
            here.map { "whose \(record.configuration.runtime) is \($0)" }
            ?? "which has no \(record.configuration.runtime)"
        return "The runtime version \(wanted) is not on this machine, \(now). "
            + "PutRuntimeManagementConfig sets which version the function runs on."
    }
}
