internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
package struct UpdateFunctionCode: Procedure {
    private let packages: PackageStore
    private let invocations: FunctionInvocations

    package init(packages: PackageStore, invocations: FunctionInvocations) {
        self.packages = packages
        self.invocations = invocations
    }

    package func perform(
        _ input: UpdateFunctionCodeInput, in session: Session
    ) async throws(ServiceError) -> FunctionConfiguration {
        try session.read { (call) throws(ServiceError) in _ = try Self.check(input, in: &call) }
        guard let zip = input.zipFile else {
            throw LambdaError.invalidParameterValue("Please provide a source for function code.")
        }
        let blob = try await self.packages.checkedKeep(zip)
        if input.dryRun == true {
            self.packages.discard(blob)
            return try session.read { (call) throws(ServiceError) in
                let (key, record) = try Self.check(input, in: &call)
                return try call.configuration(key, record)
            }
        }
        do throws(ServiceError) {
            let change = try await session.refreshed.write { (call) throws(ServiceError) in
                try Self.update(input, blob, in: &call)
            }
            self.invocations.retire(change.replaced)
            if let old = BlobID(bytes: change.replaced.code.blob) { self.packages.forget(old) }
            return change.answer
        } catch {
            self.packages.discard(blob)
            throw error
        }
    }

    private static func check(
        _ input: UpdateFunctionCodeInput, in call: inout Call
    ) throws(ServiceError) -> (key: FunctionKey, record: FunctionRecord) {
        try call.require(try call.functionDemand("lambda:UpdateFunctionCode", input.functionName))
        let found = try call.function(input.functionName)
        try input.refuseUnsupported()
        try found.record.requireRevision(input.revisionId)
        return found
    }

    private struct Change: Sendable {
        var replaced: FunctionRecord
        var answer: FunctionConfiguration
    }

    private static func update(
        _ input: UpdateFunctionCodeInput, _ blob: StoredBlob, in call: inout Call
    ) throws(ServiceError) -> Change {
        let (key, old) = try self.check(input, in: &call)
        var record = old
        record.code = FunctionCodeRecord(blob: blob.id.bytes, size: blob.length, sha256: blob.sha256)
        if let architecture = input.architectures?.first { record.configuration.architecture = architecture }
        record.noteChange(in: call)
        try call.adopt(blob)
        if let replaced = BlobID(bytes: old.code.blob) { try call.release(replaced) }
        try call.put(key, record)
        return Change(replaced: old, answer: try call.configuration(key, record))
    }
}

extension FunctionRecord {
    /// Makes the record another revision: environments of the one before are not used again.
    mutating func noteChange(in call: borrowing Call) {
        self.change += 1
        self.revisionID = call.entropy.uuid()
        self.lastModified = call.now
    }

    /// Errors: PreconditionFailedException when the caller saw another revision.
    func requireRevision(_ id: String?) throws(ServiceError) {
        guard let id, id != self.revisionID else { return }
        throw LambdaError.preconditionFailed(
            "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve "
                + "the latest RevisionId")
    }
}
