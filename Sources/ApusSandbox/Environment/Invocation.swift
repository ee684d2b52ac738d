internal import ApusBase
internal import ApusService

/// One invocation on its way through the runner. Confined to the runner's event loop.
final class Invocation {
    let id: UInt64
    let request: InvocationRequest
    private let completion: @Sendable (Result<InvocationOutcome, RunnerError>) -> Void

    init(
        id: UInt64, request: InvocationRequest,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) {
        self.id = id
        self.request = request
        self.completion = completion
    }

    /// To be called once.
    func complete(_ result: Result<InvocationOutcome, RunnerError>) { self.completion(result) }
}
