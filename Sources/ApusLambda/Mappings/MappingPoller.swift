internal import ApusBase
internal import ApusService
internal import ApusStore
internal import Synchronization

/// Polls the queue of one mapping, as it was at one change of it, and starts a task for each batch.
///
/// Looks on snapshots and waits for the queue's own channel, so an empty queue costs nothing. Receives in a transaction that
/// checks that the mapping is still what the poller serves. Nothing is kept in memory that the queue does not know: messages
/// that are received when the server dies become visible again.
final class MappingPoller: ServedMapping {
    private struct State {
        var scale: BatchScale
        var isStopped = false
        var hasEnded = false
        /// Where the loop waits for a batch to end.
        var waiting: CheckedContinuation<Void, Never>?
        /// A batch ended while nobody waited.
        var nudged = false
    }
    enum Look: Sendable {
        case something
        case nothing(Channel, Timestamp?)
        /// The mapping is not ours to serve any more.
        case over
        /// The queue or the function cannot be used now.
        case broken
    }
    let key: MappingKey
    let record: MappingRecord
    let filter: MessageFilter
    let invoker: any SynchronousInvocation
    let host: ServiceHost
    private let state: Mutex<State>

    /// Without a wake-up the queue is looked at after so long.
    private static let patienceMilliseconds: Int64 = 20_000
    /// The pause after an error, doubled each time up to the second number.
    private static let pauseMilliseconds: (first: Int64, most: Int64) = (100, 30_000)

    /// Attempts to delete while the store cannot write; after them the messages are delivered again.
    private static let deleteAttempts = 5

    init(key: MappingKey, record: MappingRecord, invoker: any SynchronousInvocation, host: ServiceHost) {
        self.key = key
        self.record = record
        self.filter = MessageFilter(record.filters)
        self.invoker = invoker
        self.host = host
        self.state = Mutex(State(scale: BatchScale(maximum: record.maximumConcurrency)))
    }

    var change: UInt64 { self.record.change }
    var isFIFO: Bool { self.record.sourceARN.hasSuffix(".fifo") }
    var isStopped: Bool { self.state.withLock { $0.isStopped } }
    var hasEnded: Bool { self.state.withLock { $0.hasEnded } }

    /// Receives no more. Batches that run end as they began.
    func stop() {
        self.state.withLock { $0.isStopped = true }
        self.nudge()
    }

    // MARK: The loop

    func run() async {
        var errors: Int64 = 0
        var channel: Channel?
        while !self.isStopped {
            guard self.state.withLock({ $0.scale.hasRoom }) else {
                await self.waitForRoom()
                continue
            }
            let seen = channel.map { self.host.store.board.version(of: $0) }
            switch self.look() {
            case .over:
                self.state.withLock { $0.isStopped = true }
            case .broken:
                errors += 1
                await self.pause(milliseconds: Self.pause(after: errors))
            case .nothing(let next, let wakeAt):
                errors = 0
                self.state.withLock { $0.scale.foundNothing() }
                // Only a look that began after reading the channel's version may wait.
                if channel == next, let seen {
                    _ = await self.host.store.board.change(
                        of: next, seen: seen, wakeAt: wakeAt, deadline: self.host.clock.now + Self.patienceMilliseconds)
                } else {
                    channel = next
                }
            case .something:
                errors = await self.takeBatch(channel) ? 0 : errors + 1
                if errors > 0 { await self.pause(milliseconds: Self.pause(after: errors)) }
            }
        }
        // A wake-up that we were given goes to the next who waits.
        if let channel { self.host.store.board.pass(channel) }
        self.state.withLock { $0.hasEnded = true }
    }

    private static func pause(after errors: Int64) -> Int64 {
        min(Self.pauseMilliseconds.first << min(errors - 1, 10), Self.pauseMilliseconds.most)
    }

    /// Receives a batch and starts it; false where that failed or brought nothing: others were faster.
    private func takeBatch(_ channel: Channel?) async -> Bool {
        let received: GatheredBatch
        do throws(ServiceError) {
            received = try await BatchGathering(poller: self).gather()
        } catch {
            return false
        }
        // A wake-up wakes one: what we left is for the next who waits.
        if let channel { self.host.store.board.pass(channel) }
        for messages in SQSEvent.split(received.messages, maximumBytes: LambdaLimits.synchronousPayloadBytes - 1024) {
            self.state.withLock { $0.scale.began() }
            let run = BatchRun(poller: self, messages: messages)
            self.host.driver.spawn { [self] in
                let wasThrottled = await run.run()
                // Room that opens at once would find the function throttled again.
                if wasThrottled { await self.pause(milliseconds: 1_000) }
                self.state.withLock { $0.scale.ended(wasThrottled: wasThrottled) }
                self.nudge()
            }
        }
        return received.hadMessages
    }

    func look() -> Look {
        do throws(ServiceError) {
            return try self.session.read { (call) throws(ServiceError) in
                guard let mapping = try call.get(self.key), mapping.change == self.change, mapping.isEnabled else {
                    return .over
                }
                guard let (_, role) = try self.function(in: &call) else { return .broken }
                let source = call.ports.messageSource
                let sight = try call.acting(as: role.session(named: self.record.functionName)) {
                    (call) throws(ServiceError) in
                    try source.look(self.record.sourceARN, in: &call)
                }
                switch sight {
                case .something: return .something
                case .nothing(let channel, let wakeAt): return .nothing(channel, wakeAt)
                }
            }
        } catch {
            return .broken
        }
    }

    // MARK: For batches

    /// In the function's account and region, as nobody.
    var session: Session {
        var session = Session(host: self.host, context: CallContext.system(self.host))
        session.context.account = self.key.account
        session.context.region = self.key.region
        return session
    }

    /// The function as it is now, and its role; nil where one of them is missing.
    func function(in call: inout Call) throws(ServiceError) -> (record: FunctionRecord, role: KnownRole)? {
        guard let function = try call.get(self.record.functionKey(of: self.key)) else { return nil }
        let identities = call.ports.identities
        guard let role = try identities.role(arn: function.configuration.roleARN, in: &call) else { return nil }
        return (function, role)
    }

    /// Deletes messages that are done, or that nobody wants. What cannot be deleted is delivered again.
    func delete(_ receipts: [String]) async {
        for _ in 0..<Self.deleteAttempts {
            do throws(ServiceError) {
                return try await self.session.write { (call) throws(ServiceError) in
                    guard let (_, role) = try self.function(in: &call) else { return }
                    let source = call.ports.messageSource
                    try call.acting(as: role.session(named: self.record.functionName)) { (call) throws(ServiceError) in
                        try source.delete(self.record.sourceARN, receipts: receipts, in: &call)
                    }
                }
            } catch {
                guard error.isTransient else { return }
                await self.pause(milliseconds: 1000)
            }
        }
    }

    // MARK: Waiting

    /// Waits until a batch has ended, or the poller is stopped.
    private func waitForRoom() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isNudged = self.state.withLock { state in
                if !state.nudged { state.waiting = continuation }
                defer { state.nudged = false }
                return state.nudged
            }
            if isNudged { continuation.resume() }
        }
    }

    private func nudge() {
        let waiting = self.state.withLock { state in
            if state.waiting == nil { state.nudged = true }
            return state.waiting.take()
        }
        waiting?.resume()
    }

    func pause(milliseconds: Int64) async {
        await self.host.store.board.pause(milliseconds: milliseconds, clock: self.host.clock)
    }
}
