internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
///
/// The same code again changes nothing but the revision: environments stay warm, and no version is published for it.
package struct UpdateFunctionCode: Procedure {
    private let packages: PackageStore
    private let invocations: FunctionInvocations
    private let folders: HotFolders

    package init(packages: PackageStore, invocations: FunctionInvocations, folders: HotFolders) {
        self.packages = packages
        self.invocations = invocations
        self.folders = folders
    }

    package func perform(
        _ input: UpdateFunctionCodeInput, in session: Session
    ) async throws(ServiceError) -> FunctionConfiguration {
        let folder = try session.read { (call) throws(ServiceError) in try self.check(input, in: &call).folder }
        if let folder { return try await self.update(input, .folder(folder), in: session) }
        if let uri = input.imageUri {
            return try await session.host.ports.runner.images.use(uri, in: session) { (image) throws(ServiceError) in
                try await self.update(input, .image(image), in: session)
            }
        }
        guard let zip = input.zipFile else {
            throw LambdaError.invalidParameterValue("Please provide a source for function code.")
        }
        let package = try await self.packages.checkedKeep(zip, for: "UpdateFunctionCode")
        if input.dryRun == true {
            self.packages.discard(package.blob)
            return try session.read { (call) throws(ServiceError) in
                try self.rehearse(input, FunctionCodeRecord(package), in: &call)
            }
        }
        do throws(ServiceError) {
            return try await self.update(input, .package(package), in: session)
        } catch {
            self.packages.discard(package.blob)
            throw error
        }
    }

    private func update(
        _ input: UpdateFunctionCodeInput, _ source: CodeSource, in session: Session
    ) async throws(ServiceError) -> FunctionConfiguration {
        if input.dryRun == true {
            return try session.read { (call) throws(ServiceError) in
                try self.rehearse(input, source.code, image: source.image, in: &call)
            }
        }
        let change = try await session.refreshed.write { (call) throws(ServiceError) in
            try self.update(input, source, in: &call)
        }
        if let replaced = change.replaced { self.invocations.retire(replaced) }
        for blob in change.released { self.packages.forget(blob) }
        return change.answer
    }

    private func check(
        _ input: UpdateFunctionCodeInput, in call: inout Call
    ) throws(ServiceError) -> (key: FunctionKey, record: FunctionRecord, folder: String?) {
        try call.require(try call.functionDemand("lambda:UpdateFunctionCode", input.functionName))
        let found = try call.wholeFunction(input.functionName)
        let folder = try self.folders.folder(bucket: input.s3Bucket, key: input.s3Key, in: call)
        try input.refuseUnsupported(folder: folder)
        let isImage = found.record.configuration.surroundings.image != nil
        if !isImage, input.imageUri != nil {
            throw LambdaError.invalidParameterValue(
                "Please don't provide ImageUri when updating a function with packageType Zip.")
        }
        if isImage, input.imageUri == nil || input.zipFile != nil || input.s3Bucket != nil {
            throw LambdaError.invalidParameterValue(
                "Please provide ImageUri when updating a function with packageType Image.")
        }
        try found.record.requireRevision(input.revisionId)
        return (found.key, found.record, folder)
    }

    private struct Change: Sendable {
        /// nil where the environments serve on.
        var replaced: FunctionRecord?
        var released: [BlobID]
        var answer: FunctionConfiguration
    }

    /// The configuration as it would be.
    private func rehearse(
        _ input: UpdateFunctionCodeInput, _ code: FunctionCodeRecord, image: ContainerImage? = nil, in call: inout Call
    ) throws(ServiceError) -> FunctionConfiguration {
        var (key, record, _) = try self.check(input, in: &call)
        record.code = code
        record.configuration.surroundings.image = image
        try FunctionChecks.checkSize(code: record.code, layers: record.configuration.layers)
        if let architecture = input.architectures?.first { record.configuration.architecture = architecture }
        return try call.configuration(key, record)
    }

    private func update(
        _ input: UpdateFunctionCodeInput, _ source: CodeSource, in call: inout Call
    ) throws(ServiceError) -> Change {
        let (key, old, _) = try self.check(input, in: &call)
        var record = old
        record.code = source.code
        record.folder = source.folder
        record.configuration.surroundings.image = source.image
        try FunctionChecks.checkSize(code: record.code, layers: record.configuration.layers)
        if let architecture = input.architectures?.first { record.configuration.architecture = architecture }
        let isSame = record.code.sha256 == old.code.sha256 && record.configuration == old.configuration
        record.noteChange(isSame ? .none : .content, in: call)
        call.updateRuntime(of: &record, region: key.region)
        let growth = record.code.size - old.code.size
        try key.changeUsage(in: &call) { $0.codeBytes += growth }
        if case .package(let package) = source { try call.adopt(package.blob) }
        let released = try call.letGo(old.code, of: PackageHolder(old))
        try call.hold(record.code, for: PackageHolder(record))
        if let image = source.image {
            if image.digest != old.configuration.surroundings.image?.digest { try call.letGoImage(of: old) }
            try call.holdImage(of: record)
        }
        try call.put(key, record)
        var change = Change(
            replaced: isSame ? nil : old, released: released.map { [$0] } ?? [], answer: FunctionConfiguration())
        if input.publish == true {
            let version = try call.publish(key, &record, description: nil)
            change.answer = try call.configuration(key, version, qualifier: version.versionName)
        } else {
            change.answer = try call.configuration(key, record)
        }
        return change
    }
}

extension FunctionRecord {
    /// What an update has changed.
    enum ContentChange: Sendable { case content, none }

    /// Notes an update. After one of the content environments of before are not used again.
    mutating func noteChange(_ change: ContentChange, in call: borrowing Call) {
        if change == .content { self.change += 1 }
        self.revisionID = call.entropy.uuid()
        self.lastModified = call.now
    }

    /// Errors: PreconditionFailedException when the caller saw another revision.
    func requireRevision(_ id: String?) throws(ServiceError) {
        guard let id, id != self.revisionID else { return }
        throw LambdaError.staleRevision
    }
}

extension LambdaError {
    /// The caller saw another revision of a function or an alias.
    static var staleRevision: ServiceError {
        self.preconditionFailed(
            "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve "
                + "the latest RevisionId")
    }
}
