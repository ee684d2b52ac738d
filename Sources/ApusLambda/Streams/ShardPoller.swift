internal import ApusBase
internal import ApusService
internal import ApusStore
internal import Synchronization

/// Reads one shard for one mapping, runs the function with its records, and writes down how far it has come.
///
/// A checkpoint is written once all that was read is done, so that a crash runs records again and passes none. Records of one
/// partition key lie in one lane and keep their order; lanes run side by side.
final class ShardPoller: Sendable {
    struct Sight: Sendable {
        var checkpoint: ShardCheckpoint
        var read: StreamRead
    }
    let mapping: StreamMapping
    let shard: String
    let host: ServiceHost
    private let source: any StreamSource
    private let invoker: any SynchronousInvocation
    private let filter: MessageFilter
    private let stopped = Mutex(false)

    private static let patienceMilliseconds: Int64 = 20_000
    private static let pauseMilliseconds: (first: Int64, most: Int64) = (1_000, 60_000)
    init(
        mapping: StreamMapping, shard: String, source: any StreamSource, invoker: any SynchronousInvocation,
        host: ServiceHost
    ) {
        self.mapping = mapping
        self.shard = shard
        self.source = source
        self.invoker = invoker
        self.host = host
        self.filter = MessageFilter(mapping.filters)
    }

    var isStopped: Bool { self.stopped.withLock { $0 } }
    /// Runs nothing more; what runs ends, without a checkpoint.
    func stop() { self.stopped.withLock { $0 = true } }

    var key: ShardCheckpointKey { ShardCheckpointKey(mapping: self.mapping.id, shard: self.shard) }
    private var limit: Int { self.mapping.batchSize * self.mapping.parallelizationFactor }

    /// Returns when the shard is over, or the poller is stopped.
    func run() async {
        var errors = 0
        var channel: Channel?
        var gathering: Timestamp?
        while !self.isStopped {
            let seen = channel.map { self.host.store.board.version(of: $0) }
            let sight: Sight
            do throws(ServiceError) {
                guard let found = try self.look() else { return }
                (sight, errors) = (found, 0)
            } catch {
                errors += 1
                await self.pause(after: errors)
                continue
            }
            let now = self.host.clock.now
            if let window = self.closing(sight, now) {
                await self.close(window, sight.checkpoint)
            } else if sight.read.records.isEmpty, sight.read.isOver {
                var end = sight.checkpoint
                end.isOver = true
                await self.save(end)
            } else if let deadline = self.waiting(sight, gathering, now) {
                if !sight.read.records.isEmpty { gathering = gathering ?? now }
                if channel == sight.read.channel, let seen {
                    _ = await self.host.store.board.change(
                        of: sight.read.channel, seen: seen, wakeAt: nil, deadline: deadline)
                } else {
                    channel = sight.read.channel
                }
            } else {
                gathering = nil
                await self.handle(sight)
            }
        }
    }

    /// Until when to wait for more records; nil: what is there is a batch.
    private func waiting(_ sight: Sight, _ gathering: Timestamp?, _ now: Timestamp) -> Timestamp? {
        let records = sight.read.records
        if records.isEmpty {
            let patience = now + Self.patienceMilliseconds
            return sight.checkpoint.windowStart.map { min(self.end(of: $0), patience) } ?? patience
        }
        guard self.mapping.windowSeconds > 0, records.count < self.mapping.batchSize, !sight.read.isOver else {
            return nil
        }
        let end = (gathering ?? now).adding(seconds: Int64(self.mapping.windowSeconds))
        return end > now ? end : nil
    }

    // MARK: Batches

    private func handle(_ sight: Sight) async {
        var checkpoint = sight.checkpoint
        var records = sight.read.records
        var window: StreamEvent.Window?
        if self.mapping.tumblingWindowSeconds > 0, let first = records.first {
            let start = self.start(of: first.arrival)
            records = Array(records.prefix { self.start(of: $0.arrival) == start })
            let state = checkpoint.windowStart == start ? checkpoint.windowState : []
            window = self.window(start, state, isFinal: false)
            checkpoint.windowStart = start
        }
        guard let last = records.last else { return }
        let lanes = self.lanes(records.filter { self.filter.passes($0) }, window)
        guard let states = await self.runAll(lanes) else { return }
        checkpoint.sequenceNumber = last.sequenceNumber
        if var window {
            window.state = states.last ?? checkpoint.windowState
            if window.state.count > LambdaLimits.windowStateBytes {
                (window.isFinal, window.isEarly) = (true, true)
                return await self.close(window, checkpoint)
            }
            checkpoint.windowState = window.state
        }
        await self.save(checkpoint)
    }

    /// The records by partition key; a key's are all in one lane.
    private func lanes(_ records: [StreamRecord], _ window: StreamEvent.Window?) -> [ShardLane] {
        let count = window == nil ? self.mapping.parallelizationFactor : 1
        var lanes = [[StreamRecord]](repeating: [], count: count)
        for record in records {
            // FNV-1a: the same key goes the same way each time, which Swift's own hashing does not promise.
            let hash = record.partitionKey.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
                ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
            }
            lanes[Int(hash % UInt64(count))].append(record)
        }
        return lanes.filter { !$0.isEmpty }.map { ShardLane(poller: self, records: $0, window: window) }
    }

    /// Runs lanes side by side; their last states, or nil where one was stopped.
    private func runAll(_ lanes: [ShardLane]) async -> [[UInt8]]? {
        if lanes.count == 1 { return await lanes[0].run().map { [$0] } }
        let ends = LaneEnds(lanes.count)
        return await withCheckedContinuation { (continuation: CheckedContinuation<[[UInt8]]?, Never>) in
            if lanes.isEmpty { return continuation.resume(returning: []) }
            for lane in lanes {
                self.host.driver.spawn {
                    let end = await lane.run()
                    if let all = ends.add(end) { continuation.resume(returning: all.isWhole ? all.states : nil) }
                }
            }
        }
    }

    /// One invocation; nil where the function did not run.
    func invoke(_ event: [UInt8]) async -> InvocationOutcome? {
        let session = self.session
        do throws(ServiceError) {
            let target = try session.read { (call) throws(ServiceError) in
                try call.target(self.mapping.function, qualifier: self.mapping.qualifier, choosing: .weighted)
            }
            guard let target else { return nil }
            let incoming = IncomingEvent(payload: event, requestID: self.host.entropy.uuid())
            return try await self.invoker.run(target, incoming, in: session)
        } catch {
            return nil
        }
    }

    // MARK: Tumbling windows

    private func start(of time: Timestamp) -> Timestamp {
        let length = Int64(self.mapping.tumblingWindowSeconds) * 1000
        return Timestamp(milliseconds: time.milliseconds - time.milliseconds % length)
    }

    private func end(of start: Timestamp) -> Timestamp {
        start.adding(seconds: Int64(self.mapping.tumblingWindowSeconds))
    }

    private func window(_ start: Timestamp, _ state: [UInt8], isFinal: Bool) -> StreamEvent.Window {
        StreamEvent.Window(
            start: start, end: self.end(of: start), shard: self.shard, streamARN: self.mapping.streamARN, state: state,
            isFinal: isFinal)
    }

    /// The open window, where its time is over and none of its records is left.
    private func closing(_ sight: Sight, _ now: Timestamp) -> StreamEvent.Window? {
        guard let start = sight.checkpoint.windowStart else { return nil }
        let isPassed =
            sight.read.records.first.map { self.start(of: $0.arrival) != start }
            ?? (now >= self.end(of: start) || sight.read.isOver)
        return isPassed ? self.window(start, sight.checkpoint.windowState, isFinal: true) : nil
    }

    /// Invokes the function a last time for a window, with what it has gathered; tried as often as a batch.
    private func close(_ window: StreamEvent.Window, _ checkpoint: ShardCheckpoint) async {
        var failures = 0
        while !self.isStopped {
            let outcome = await self.invoke(StreamEvent.json([], window: window))
            if let outcome {
                if outcome.functionError == nil { break }
                if let most = self.mapping.maximumRetryAttempts, failures >= most { break }
            }
            failures += 1
            await self.pause(after: failures)
        }
        guard !self.isStopped else { return }
        var next = checkpoint
        next.windowStart = nil
        next.windowState = []
        await self.save(next)
    }

    // MARK: The store

    /// In the function's account and region, as nobody.
    var session: Session {
        var session = Session(host: self.host, context: CallContext.system(self.host))
        session.context.account = self.mapping.function.account
        session.context.region = self.mapping.function.region
        return session
    }

    /// What is to be done next; nil where the shard is over.
    private func look() throws(ServiceError) -> Sight? {
        try self.session.read { (call) throws(ServiceError) in
            let checkpoint = try call.get(self.key) ?? ShardCheckpoint()
            if checkpoint.isOver { return nil }
            guard let (function, role) = try self.function(in: &call) else {
                throw LambdaError.resourceNotFound("The mapping's function or its role is no more.")
            }
            let place = checkpoint.sequenceNumber.map { StreamPlace.after(sequenceNumber: $0) } ?? self.mapping.start
            let read = try call.acting(as: role.session(named: function.name)) { (call) throws(ServiceError) in
                try self.source.read(self.shard, of: self.mapping.streamARN, from: place, limit: self.limit, in: &call)
            }
            return Sight(checkpoint: checkpoint, read: read)
        }
    }

    func function(in call: inout Call) throws(ServiceError) -> (key: FunctionKey, role: KnownRole)? {
        let key = self.mapping.function
        guard let target = try call.target(key, qualifier: self.mapping.qualifier) else { return nil }
        let identities = call.ports.identities
        guard let role = try identities.role(arn: target.record.configuration.roleARN, in: &call) else { return nil }
        return (key, role)
    }

    private func save(_ checkpoint: ShardCheckpoint) async {
        let key = self.key
        await self.write { (call) throws(ServiceError) in try call.put(key, checkpoint) }
    }

    /// Tries again while the store cannot take it, until the poller is stopped.
    func write(_ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Void) async {
        var failures = 0
        while !self.isStopped {
            do throws(ServiceError) {
                return try await self.session.write(body)
            } catch {
                failures += 1
                await self.pause(after: failures)
            }
        }
    }

    func pause(after failures: Int) async {
        let milliseconds = min(
            Self.pauseMilliseconds.first << Int64(min(max(failures, 1) - 1, 10)), Self.pauseMilliseconds.most)
        await self.host.store.board.pause(milliseconds: milliseconds, clock: self.host.clock)
    }
}
