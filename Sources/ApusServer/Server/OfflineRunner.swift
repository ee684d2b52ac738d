internal import ApusService

/// Runs no functions: for commands that work on a stopped server's data.
struct OfflineRunner: FunctionRunner, FunctionInvoker {
    func invoke(
        _ request: InvocationRequest, in spec: EnvironmentSpec,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) { completion(.failure(.stopping)) }

    func missing(runtime: String) -> RuntimeRefusal? { .invalid("This command runs no functions.") }
    func unreachable(folder: String) -> String? { nil }
    func retire(revision: String) {}

    func check(_ functionARN: String, in call: inout Call) throws(ServiceError) {
        throw CommonError.serviceUnavailable("This command runs no functions.")
    }
    func invoke(
        _ functionARN: String, with event: [UInt8], tenant: String?, in call: inout Call
    ) throws(ServiceError) {
        try self.check(functionARN, in: &call)
    }

    func provision(_ spec: EnvironmentSpec, environments: Int) {}

    func provisionedCount(revision: String) -> Int { 0 }

    func provisionFailure(revision: String) -> String? { nil }
}
