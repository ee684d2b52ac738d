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
        var messages = self.messages
        do throws(ServiceError) {
            let found = try session.read { (call) throws(ServiceError) in try self.poller.function(in: &call)?.target }
            guard let target = found else { return false }
            messages = self.withoutLoops(target)
            if messages.isEmpty { return false }
            let host = self.poller.host
            let headers = messages.compactMap { $0.systemAttributes["AWSTraceHeader"] }
            let event = IncomingEvent(
                payload: SQSEvent.json(messages, queue: queue), requestID: host.entropy.uuid(),
                trace: TraceHeader.joined(headers, now: host.clock.now, entropy: host.entropy))
            outcome = try await self.poller.invoker.run(target, event, in: session)
        } catch {
            return error.apiError?.code == "TooManyRequestsException"
        }
        guard outcome.functionError == nil else { return false }
        let done: [IncomingMessage]
        if record.reportsItemFailures {
            done = BatchVerdict.succeeded(
                messages.map(\.id), response: outcome.payload, isFIFO: self.poller.isFIFO
            ).map { messages[$0] }
        } else {
            done = messages
        }
        if !done.isEmpty { await self.poller.delete(done.map(\.receipt)) }
        return false
    }

    /// Messages that go on with a loop are not delivered: they fail, and reach the queue's dead-letter queue in time. In a FIFO
    /// queue what follows them waits.
    private func withoutLoops(_ target: FunctionTarget) -> [IncomingMessage] {
        let isLoop = { (message: IncomingMessage) in target.isLoop(message.systemAttributes["AWSTraceHeader"]) }
        if self.poller.isFIFO { return Array(self.messages.prefix { !isLoop($0) }) }
        return self.messages.filter { !isLoop($0) }
    }
}
