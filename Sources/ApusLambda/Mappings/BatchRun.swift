internal import ApusBase
internal import ApusService
internal import ApusStore

/// One batch from the function to the end: invoke, then delete what succeeded. What failed becomes visible again when the
/// queue says so, and goes to its dead-letter queue in time.
struct BatchRun: Sendable {
    let poller: MappingPoller
    let messages: [IncomingMessage]
    /// Attempts to delete while the store cannot write; after them the messages are delivered again.
    private static let deleteAttempts = 5

    init(poller: MappingPoller, messages: [IncomingMessage]) {
        self.poller = poller
        self.messages = messages
    }

    /// Whether the function was throttled.
    func run() async -> Bool {
        let record = self.poller.record
        guard let queue = ARN(record.queueARN) else { return false }
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
        if !done.isEmpty { await self.delete(done.map(\.receipt)) }
        return false
    }

    private func delete(_ receipts: [String]) async {
        let poller = self.poller
        for _ in 0..<Self.deleteAttempts {
            do throws(ServiceError) {
                return try await poller.session.write { (call) throws(ServiceError) in
                    guard let (_, role) = try poller.function(in: &call) else { return }
                    let source = call.ports.messageSource
                    try call.acting(as: role.session(named: poller.record.functionName)) {
                        (call) throws(ServiceError) in
                        try source.delete(poller.record.queueARN, receipts: receipts, in: &call)
                    }
                }
            } catch {
                guard error.isTransient else { return }
                await poller.pause(milliseconds: 1000)
            }
        }
    }
}
