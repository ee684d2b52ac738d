internal import ApusBase
package import ApusService
package import ApusStore

/// Versions and what hangs on them.
extension Call {
    /// Makes `$LATEST` a version of its own; or returns the last one where code and configuration have not changed since.
    ///
    /// Writes `latest` with the number. Errors: CodeStorageExceededException; InvalidParameterValueException for a function that
    /// runs from a folder.
    package mutating func publish(
        _ key: FunctionKey, _ latest: inout FunctionRecord, description: String?
    ) throws(ServiceError) -> FunctionRecord {
        guard latest.folder == nil else {
            throw LambdaError.invalidParameterValue(
                "A function that runs from a folder (\(HotFolders.bucket)) has no versions, since its code changes under them."
            )
        }
        let last = latest.shared.lastVersion
        if last > 0, let version = try self.get(VersionKey(function: latest.id, number: last)),
            version.change == latest.change
        {
            return version
        }
        let size = latest.code.size
        try key.changeUsage(in: &self) { $0.codeBytes += size }
        latest.shared.lastVersion = last + 1
        try self.put(key, latest)
        var version = latest
        version.number = last + 1
        version.shared = FunctionShared()
        version.tags = [:]
        // "You can configure runtime management settings separately for each function version."
        version.configuration.runtimeUpdate = .auto
        version.revisionID = self.entropy.uuid()
        version.lastModified = self.now
        if let description { version.configuration.description = description }
        try self.put(VersionKey(function: latest.id, number: last + 1), version)
        try self.beginSnapshot(key, version)
        try self.holdAll(of: latest)
        try self.holdAll(of: version)
        return version
    }

    /// The names of the aliases that lead to a version, in their order.
    package mutating func aliases(of function: UInt64, to version: String) throws(ServiceError) -> [String] {
        var names: [String] = []
        try self.scan(AliasKey.all(function: function)) { key, alias in
            if alias.names(version) { names.append(key.name) }
            return .next
        }
        return names
    }

    /// Takes a published version away, and what is its own. Returns the packages that nobody names any more.
    ///
    /// - Parameter shared: the function's.
    package mutating func deleteVersion(
        _ version: FunctionRecord, of key: FunctionKey, shared: FunctionShared
    ) throws(ServiceError) -> [BlobID] {
        guard let number = version.number else { preconditionFailure("$LATEST goes with its function") }
        let size = version.code.size
        try key.changeUsage(in: &self) { $0.codeBytes -= size }
        try self.deleteBelongings(of: version.versionName, function: version.id, key, shared)
        try self.deleteSnapshot(version)
        try self.delete(VersionKey(function: version.id, number: number))
        return try self.letGoAll(of: version)
    }

    /// Takes away what a version or an alias has beside itself: policy, URL, settings of events, provisioned concurrency.
    package mutating func deleteBelongings(
        of qualifier: String, function: UInt64, _ key: FunctionKey, _ shared: FunctionShared
    ) throws(ServiceError) {
        try self.delete(QualifiedPolicyKey(function: function, qualifier: qualifier))
        try self.deleteURL(function: function, qualifier: qualifier)
        try self.delete(EventInvokeKey(function: function, qualifier: qualifier))
        try self.unprovision(qualifier, of: function, key, shared)
    }
}
