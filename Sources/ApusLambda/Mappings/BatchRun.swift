internal import ApusBase
internal import ApusService
internal import ApusStore

/// One batch from the function to the end: invoke, then delete what succeeded. What failed becomes visible again when the
/// queue says so, and goes to its dead-letter queue in time.
struct BatchRun: Sendable {
    let poller: MappingPoller
    let messages: [IncomingMessage]

    init(poller: MappingPoller, messages: [IncomingMessage]) {
        self.poller = poller
        self.messages = messages
    }

    /// Whether the function was throttled.
    func run() async -> Bool {
        let record = self.poller.record
        guard let queue = ARN(record.sourceARN) else { return false }
        let session = self.poller.session
        let outcome: InvocationOutcome
        do throws(ServiceError) {
            let found = try session.read { (call) throws(ServiceError) in try self.poller.function(in: &call)?.record }
            guard let function = found else { return false }
            outcome = try await self.poller.invoker.run(
                (record.functionKey(of: self.poller.key), function),
                payload: SQSEvent.json(self.messages, queue: queue), requestID: self.poller.host.entropy.uuid(),
                clientContext: nil, in: session)
        } catch {
            return error.apiError?.code == "TooManyRequestsException"
        }
        guard outcome.functionError == nil else { return false }
        let done: [IncomingMessage]
        if record.reportsItemFailures {
            done = BatchVerdict.succeeded(
                self.messages.map(\.id), response: outcome.payload, isFIFO: self.poller.isFIFO
            ).map { self.messages[$0] }
        } else {
            done = self.messages
        }
        if !done.isEmpty { await self.poller.delete(done.map(\.receipt)) }
        return false
    }
}
