internal import ApusBase
internal import ApusIAM
internal import ApusService

/// The root keys a start makes sure of.
///
/// `dev`: `ID`/`test` for each account, and `test`/`test` for the first. `serve`: one key for the first account, made at
/// the first start and shown once.
enum ServerRootKeys {
    /// The key that was made now and must be shown; nil when there is none to show.
    static func ensure(
        _ mode: ServerMode, _ settings: Configuration, host: ServiceHost,
        completion: @escaping @Sendable (Result<RootKey?, ServiceError>) -> Void
    ) {
        let accounts = settings.accounts
        host.write(
            CallContext.system(host),
            { (call) throws(ServiceError) -> RootKey? in
                switch mode {
                case .dev:
                    try RootKeys.ensure(account: accounts[0], id: "test", secret: "test", in: &call)
                    for account in accounts {
                        try RootKeys.ensure(account: account, id: account, secret: "test", in: &call)
                    }
                    return nil
                case .serve:
                    guard try !RootKeys.exists(account: accounts[0], in: &call) else { return nil }
                    return try Self.replace(accounts[0], in: &call)
                }
            }, completion: completion)
    }

    /// The async form of `ensure`, with a failure for the operator.
    static func ensure(
        _ mode: ServerMode, _ settings: Configuration, host: ServiceHost
    ) async throws(ServerFailure) -> RootKey? {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<RootKey?, ServiceError>, Never>) in
            self.ensure(mode, settings, host: host) { continuation.resume(returning: $0) }
        }
        do throws(ServiceError) {
            return try result.get()
        } catch {
            throw ServerFailure(.data, "The root key cannot be written: \(error).")
        }
    }

    /// Replaces the root keys of an account by a new one.
    static func replace(_ account: String, in call: inout Call) throws(ServiceError) -> RootKey {
        let key = try RootKeys.replace(account: account, in: &call)
        return RootKey(account: account, accessKeyID: key.id, secretAccessKey: key.secret)
    }
}
