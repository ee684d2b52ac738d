internal import ApusBase
internal import ApusService
internal import ApusStore

/// What came of one attempt to gather a batch.
struct GatheredBatch: Sendable {
    var messages: [IncomingMessage] = []
    /// Whether the queue had any, those included that the filter took away.
    var hadMessages = false

    mutating func add(_ more: GatheredBatch) {
        self.messages += more.messages
        self.hadMessages = self.hadMessages || more.hadMessages
    }
}

/// Takes the messages of one batch from the queue, over the batching window where the mapping has one. What the mapping's
/// filter does not let pass is deleted before the batch runs; a crash between the two delivers it again, to the filter again.
struct BatchGathering: Sendable {
    let poller: MappingPoller
    /// Messages that one transaction receives.
    private static let portion = 10

    init(poller: MappingPoller) { self.poller = poller }

    /// The batch; empty where others were faster, or the mapping has changed.
    func gather() async throws(ServiceError) -> GatheredBatch {
        let size = self.poller.record.batchSize
        var batch = try await self.receive(limit: size)
        let end = self.poller.host.clock.now.adding(seconds: Int64(self.poller.record.windowSeconds))
        var channel: Channel?
        var bytes = Self.bytes(of: batch.messages)
        while !batch.messages.isEmpty, batch.messages.count < size, bytes < LambdaLimits.synchronousPayloadBytes,
            !self.poller.isStopped, self.poller.host.clock.now < end
        {
            let board = self.poller.host.store.board
            let seen = channel.map { board.version(of: $0) }
            switch self.poller.look() {
            case .something:
                // What came so far is a batch, whatever happens to the rest.
                let more = (try? await self.receive(limit: size - batch.messages.count)) ?? GatheredBatch()
                bytes += Self.bytes(of: more.messages)
                batch.add(more)
            case .nothing(let next, let wakeAt):
                if channel == next, let seen {
                    _ = await board.change(of: next, seen: seen, wakeAt: wakeAt, deadline: end)
                } else {
                    channel = next
                }
            case .over, .broken:
                return batch
            }
        }
        if let channel { self.poller.host.store.board.pass(channel) }
        return batch
    }

    /// Up to `limit` messages, those that the filter takes away included.
    private func receive(limit: Int) async throws(ServiceError) -> GatheredBatch {
        let received = try await self.take(limit: limit)
        // Not in the transaction: others wait for its thread, and bodies may be large.
        var batch = GatheredBatch(hadMessages: !received.isEmpty)
        var unwanted: [String] = []
        for message in received {
            if self.poller.filter.passes(message) {
                batch.messages.append(message)
            } else {
                unwanted.append(message.receipt)
            }
        }
        if !unwanted.isEmpty { await self.poller.delete(unwanted) }
        return batch
    }

    /// In a transaction in the role's name, which checks that the mapping is still what we serve.
    private func take(limit: Int) async throws(ServiceError) -> [IncomingMessage] {
        let poller = self.poller
        let count = min(limit, Self.portion)
        return try await poller.session.write { (call) throws(ServiceError) in
            guard let mapping = try call.get(poller.key), mapping.change == poller.change, mapping.isEnabled,
                let (_, role) = try poller.function(in: &call)
            else { return [] }
            let source = call.ports.messageSource
            return try call.acting(as: role.session(named: poller.record.functionName)) { (call) throws(ServiceError) in
                try source.receive(poller.record.sourceARN, limit: count, in: &call)
            }
        }
    }

    private static func bytes(of messages: [IncomingMessage]) -> Int {
        messages.reduce(0) { $0 + $1.body.utf8.count }
    }
}
