internal import ApusService

/// Runs no functions: for commands that work on a stopped server's data.
struct OfflineRunner: FunctionRunner {
    func invoke(
        _ request: InvocationRequest, in spec: EnvironmentSpec,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) { completion(.failure(.stopping)) }

    func missing(runtime: String) -> String? { "This command runs no functions." }
    func retire(revision: String) {}
}
