internal import ApusBase
package import ApusService
internal import ApusStore
internal import Synchronization

/// Keeps one poller for each shard of a mapping's stream, a shard's only once its parents are over.
package final class StreamPoller: ServedMapping {
    private struct State {
        var shards: [String: ShardPoller] = [:]
        var isStopped = false
    }
    private let mapping: StreamMapping
    let change: UInt64
    private let source: any StreamSource
    private let invoker: any SynchronousInvocation
    private let host: ServiceHost
    private let state = Mutex(State())
    /// Between two looks at what shards there are.
    private static let lookMilliseconds: Int64 = 10_000

    package init(
        mapping: StreamMapping, change: UInt64 = 0, source: any StreamSource, invoker: any SynchronousInvocation,
        host: ServiceHost
    ) {
        self.mapping = mapping
        self.change = change
        self.source = source
        self.invoker = invoker
        self.host = host
    }

    /// Never: a stream that cannot be read now may be there later.
    var hasEnded: Bool { false }

    package func run() async {
        while !self.state.withLock({ $0.isStopped }) {
            self.startShards()
            await self.host.store.board.pause(milliseconds: Self.lookMilliseconds, clock: self.host.clock)
        }
    }

    /// What runs ends without a checkpoint, and is run again by the next poller of the mapping.
    package func stop() {
        let shards = self.state.withLock { state in
            state.isStopped = true
            return Array(state.shards.values)
        }
        for shard in shards { shard.stop() }
    }

    private func startShards() {
        let ready = (try? self.readyShards()) ?? []
        for shard in ready {
            let poller = ShardPoller(
                mapping: self.mapping, shard: shard, source: self.source, invoker: self.invoker, host: self.host)
            let isNew = self.state.withLock { state in
                guard !state.isStopped, state.shards[shard] == nil else { return false }
                state.shards[shard] = poller
                return true
            }
            guard isNew else { continue }
            self.host.driver.spawn { [self] in
                await poller.run()
                self.state.withLock { $0.shards[shard] = nil }
                // Its children may begin.
                if !poller.isStopped { self.startShards() }
            }
        }
    }

    /// Shards that are not over and whose parents are over or forgotten.
    private func readyShards() throws(ServiceError) -> [String] {
        let mapping = self.mapping
        var session = Session(host: self.host, context: CallContext.system(self.host))
        session.context.account = mapping.function.account
        session.context.region = mapping.function.region
        return try session.read { (call) throws(ServiceError) in
            guard let function = try call.get(mapping.function) else { return [] }
            let identities = call.ports.identities
            guard let role = try identities.role(arn: function.configuration.roleARN, in: &call) else { return [] }
            let shards = try call.acting(as: role.session(named: mapping.function.name)) {
                (call) throws(ServiceError) in
                try self.source.shards(of: mapping.streamARN, in: &call)
            }
            var over: Set<String> = []
            for shard in shards {
                let key = ShardCheckpointKey(mapping: mapping.id, shard: shard.id)
                if try call.get(key)?.isOver == true { over.insert(shard.id) }
            }
            let known = Set(shards.map(\.id))
            return shards.filter { shard in
                !over.contains(shard.id) && shard.parents.allSatisfy { over.contains($0) || !known.contains($0) }
            }.map(\.id)
        }
    }
}
