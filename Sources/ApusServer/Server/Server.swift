/// The composition root: what the commands call.
package enum Server {
    /// Runs a server until the plan says stop. Returns after everything that was running has ended.
    package static func run(_ plan: ServerPlan) async throws(ServerFailure) {
        throw ServerFailure(.software, "This build has no server yet; it can read settings and look at this machine.")
    }

    /// Replaces the root key of `account` in the data directory of a stopped server, and returns the new one.
    package static func resetRootKey(
        account: String, configuration: Configuration
    ) async throws(ServerFailure) -> RootKey {
        throw ServerFailure(.software, "This build has no store yet, so it has no root key to replace.")
    }
}
