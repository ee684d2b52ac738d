/// What came of making the snapshot of a function's version: the template that its environments are forked from.
package enum SnapshotOutcome: Sendable, Equatable {
    /// Environments come from it.
    case on
    /// Its code initialises, but environments are started without a snapshot; the sentence says why.
    case off(String)
    /// Its code does not initialise.
    case failed(SnapshotFailure)
}

/// Why a version's code did not initialise.
package struct SnapshotFailure: Error, Sendable, Equatable {
    /// One of Lambda's values of `StateReasonCode`.
    package var code: String
    package var reason: String

    package init(code: String, reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension FunctionRunner {
    /// Whoever runs nothing has no versions of it.
    package func runtimeVersion(of runtime: String, region: String) -> String? { nil }

    /// Whoever has no way to make snapshots runs versions without.
    package func snapshot(_ spec: EnvironmentSpec, completion: @escaping @Sendable (SnapshotOutcome) -> Void) {
        completion(.off("There are no snapshots here."))
    }
}
