package import ApusService
internal import ApusStore

/// Which functions may have SnapStart, and what its versions are meanwhile.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
package enum SnapStartRules {
    /// Versions of a language from which on AWS has SnapStart, and whether Apus has.
    private static let languages: [(prefix: String, first: Int, isHere: Bool)] = [
        ("python3.", 12, true), ("java", 11, false), ("dotnet", 8, false),
    ]

    /// The message for another runtime is AWS's own; the others are ours, after the documentation.
    ///
    /// Errors: InvalidParameterValueException; 501 for runtimes that Apus makes no snapshots of.
    package static func check(_ settings: FunctionSettings) throws(ServiceError) {
        guard settings.snapStart else { return }
        try TenantIsolation.refuse(.snapStart, of: settings)
        // "SnapStart does not support … Amazon EFS", nor container images (Lambda developer guide).
        guard settings.surroundings.image == nil, settings.surroundings.fileSystems.isEmpty else {
            throw LambdaError.invalidParameterValue(
                "SnapStart does not support "
                    + (settings.surroundings.image == nil ? "file systems." : "functions of container images."))
        }
        let runtime = settings.runtime
        let language = self.languages.first { runtime.hasPrefix($0.prefix) }
        let number = language.flatMap { Int(runtime.dropFirst($0.prefix.count).prefix { $0.isNumber }) }
        guard let language, let number, number >= language.first else {
            throw LambdaError.invalidParameterValue("\(runtime) is not supported for SnapStart enabled functions.")
        }
        guard language.isHere else {
            throw CommonError.notImplemented(
                "Apus does not implement the setting SnapStart for the runtime \(runtime) yet.")
        }
        guard settings.ephemeralMiB <= LambdaLimits.snapStartEphemeralMiB else {
            throw LambdaError.invalidParameterValue(
                "SnapStart does not support ephemeral storage greater than \(LambdaLimits.snapStartEphemeralMiB) MB.")
        }
    }

    /// A version with SnapStart has no provisioned concurrency.
    ///
    /// Errors: InvalidParameterValueException.
    static func checkProvisioned(_ version: FunctionRecord) throws(ServiceError) {
        guard version.hasSnapshot else { return }
        throw LambdaError.invalidParameterValue("SnapStart does not support provisioned concurrency.")
    }
}

extension FunctionRecord {
    /// Whether it is a version that is initialised when it is published.
    package var hasSnapshot: Bool { self.number != nil && self.configuration.snapStart }
}

extension Call {
    /// A version with SnapStart has been published: it is pending until it has been initialised.
    mutating func beginSnapshot(_ key: FunctionKey, _ version: FunctionRecord) throws(ServiceError) {
        guard version.hasSnapshot, let number = version.number else { return }
        try self.put(
            SnapStartPendingKey(function: version.id, number: number), SnapStartPendingRecord(key: key))
        self.signal(VersionSnapshots.channel)
    }

    mutating func deleteSnapshot(_ version: FunctionRecord) throws(ServiceError) {
        guard version.hasSnapshot, let number = version.number else { return }
        try self.delete(SnapStartPendingKey(function: version.id, number: number))
        try self.delete(SnapStartKey(function: version.id, number: number))
    }

    /// What came of initialising a version; nil: it is still to be.
    mutating func snapshot(of version: FunctionRecord) throws(ServiceError) -> SnapStartRecord? {
        guard let number = version.number else { return nil }
        return try self.get(SnapStartKey(function: version.id, number: number))
    }

    /// Errors: SnapStartNotReadyException while it is pending; ResourceConflictException where it failed.
    package mutating func requireSnapshot(of version: FunctionRecord) throws(ServiceError) {
        guard let snapshot = try self.snapshot(of: version) else {
            throw LambdaError.snapStartNotReady(
                "Lambda is initializing your function. It will be ready to invoke once your function state becomes ACTIVE."
            )
        }
        guard snapshot.outcome != .failed else {
            throw LambdaError.resourceConflict(
                "The operation cannot be performed at this time. The function is currently in the following state: Failed"
            )
        }
    }
}
