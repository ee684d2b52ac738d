package import ApusService
internal import ApusStore

/// How full a queue is, for metrics: what its state says, without counting what came due meanwhile.
package struct QueueLevels: Sendable {
    package let account: String
    package let region: String
    package let name: String
    /// Messages that were never received; of a FIFO queue those not in flight.
    package let fresh: Int
    /// Messages that were received and not deleted, in flight or due again.
    package let received: Int
    /// Messages (of a FIFO queue: groups) that are delayed.
    package let delayed: Int

    /// The levels of the first `limit` queues, the oldest first. Two small reads for each.
    package static func all(limit: Int, in call: inout Call) throws(ServiceError) -> [QueueLevels] {
        var levels: [QueueLevels] = []
        for (key, place) in try call.page(QueuePlaceKey.range(), limit: limit) {
            guard let state = try call.get(QueueStateKey(key.queue)) else { continue }
            levels.append(
                QueueLevels(
                    account: place.key.account, region: place.key.region, name: place.key.name, fresh: state.fresh,
                    received: state.received, delayed: state.delayed))
        }
        return levels
    }
}
