internal import ApusBase
internal import ApusService
internal import ApusStore

/// Some records of a shard, run in their order to the end: until each is done or given up.
struct ShardLane: Sendable {
    let poller: ShardPoller
    let records: [StreamRecord]
    let window: StreamEvent.Window?

    /// The state that the function answered last, empty for none; nil where the poller was stopped before the end.
    func run() async -> [UInt8]? {
        let mapping = self.poller.mapping
        var machine = LaneMachine(
            arrivals: self.records.map(\.arrival), batchSize: mapping.batchSize, bisects: mapping.bisectsOnError,
            retries: mapping.maximumRetryAttempts, ageSeconds: mapping.maximumRecordAgeSeconds)
        var window = self.window
        var failed: InvocationOutcome?
        while !self.poller.isStopped {
            switch machine.next(now: self.poller.host.clock.now) {
            case .done: return window?.state ?? []
            case .giveUp(let range, let condition, let invocations):
                await self.tell(range, condition, invocations, failed)
            case .run(let range):
                let run = await self.poller.invoke(StreamEvent.json(self.records[range], window: window))
                let answer = self.answer(run, range)
                if let run {
                    if answer == .failure {
                        failed = run
                    } else if let state = Self.state(run) {
                        window?.state = state
                    }
                }
                machine.ended(answer)
                if answer != .success { await self.poller.pause(after: machine.failuresInARow) }
            }
        }
        return nil
    }

    private func answer(_ outcome: InvocationOutcome?, _ range: Range<Int>) -> LaneMachine.Answer {
        guard let outcome else { return .system }
        guard outcome.functionError == nil else { return .failure }
        // "If the response does not contain a state property, Lambda considers this a failed invocation."
        guard self.window == nil || Self.state(outcome) != nil else { return .failure }
        guard self.poller.mapping.reportsItemFailures else { return .success }
        // Up to the first that failed all is done, as in a FIFO queue.
        let ids = self.records[range].map(\.sequenceNumber)
        let done = BatchVerdict.succeeded(ids, response: outcome.payload, isFIFO: true).count
        return done == ids.count ? .success : .failed(first: range.lowerBound + done)
    }

    static func state(_ outcome: InvocationOutcome) -> [UInt8]? {
        (try? JSONValue(parsing: outcome.payload))?["state"]?.bytes
    }

    /// Tells the destination for failures, in the name of the function's role. What it refuses is dropped.
    private func tell(
        _ range: Range<Int>, _ condition: LaneMachine.Condition, _ invocations: Int, _ outcome: InvocationOutcome?
    ) async {
        let poller = self.poller
        guard let target = poller.mapping.onFailure else { return }
        let told = StreamEvent.failure(
            self.records[range], of: poller.mapping, shard: poller.shard, condition: condition,
            invocations: invocations, outcome: outcome, requestID: poller.host.entropy.uuid(),
            time: poller.host.clock.now)
        await poller.write { (call) throws(ServiceError) in
            guard let (function, role) = try poller.function(in: &call) else { return }
            let sent = call.attempt { (call) throws(ServiceError) in
                try call.acting(as: role.session(named: function.name)) { (call) throws(ServiceError) in
                    if ARN(target)?.service == "lambda" {
                        let functions = call.ports.functions
                        try functions.invoke(target, with: told, in: &call)
                    } else {
                        let sink = call.ports.messageSink
                        try sink.send(
                            OutgoingMessage(body: String(decoding: told, as: UTF8.self)), to: target, in: &call)
                    }
                }
            }
            if case .failure(let error) = sent, error.isTransient { throw error }
        }
    }
}
