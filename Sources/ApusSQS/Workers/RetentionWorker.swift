internal import ApusBase
package import ApusService
internal import ApusStore
internal import Synchronization

/// Deletes messages that are older than their queue keeps them, and what else is only kept for a time: names of deleted
/// queues, deduplication of queues to which nobody sends any more.
///
/// Goes round all queues every minute, some hundred of them in each step; a queue without old messages costs a small
/// read. Killed at any point it begins a new round. Receives do not wait for it: they put aside themselves what is too
/// old.
package final class RetentionWorker: Worker {
    package let name = "sqs-retention"
    /// The queue at which the next step begins.
    private let next = Mutex<UInt64>(0)

    package init() {}

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        let start = self.next.withLock { $0 }
        if start == 0 { try self.forgetNames(in: &call) }
        let range = QueueStateKey.range().from(QueueStateKey(QueueID(start)))
        let page = try call.page(range, limit: SQSLimits.queuesPerStep)
        for (key, state) in page {
            if try self.expire(key.queue, state, in: &call) {
                self.go(to: key.queue.number, in: &call)
                return .more
            }
        }
        guard page.count == SQSLimits.queuesPerStep, let last = page.last else {
            self.go(to: 0, in: &call)
            return .sleep(until: call.now + SQSLimits.retentionRoundMilliseconds)
        }
        self.go(to: last.key.queue.number + 1, in: &call)
        return .more
    }

    /// Once this step's writes are durable the next one begins there.
    private func go(to queue: UInt64, in call: inout Call) {
        call.afterCommit { self.next.withLock { $0 = queue } }
    }

    /// Does one step's work on a queue; true when it did something, so that this step ends here.
    private func expire(_ id: QueueID, _ state: QueueState, in call: inout Call) throws(ServiceError) -> Bool {
        let present = UInt32(clamping: call.now.milliseconds / SQSLimits.deduplicationMilliseconds)
        let hasOldPeriod = state.period > 0 && state.period + 1 < present
        let shortest = Int64(SQSLimits.retentionSeconds.lowerBound) * 1000
        let mayBeOld = state.fresh + state.received + state.delayed > 0 && state.oldestSent + shortest <= call.now
        guard hasOldPeriod || mayBeOld else { return false }
        guard let place = try call.get(QueuePlaceKey(id)), let queue = try Queue.find(place.key, in: &call) else {
            throw OpenQueue.broken(.sqsQueueByID, "a state without its queue")
        }
        var open = try OpenQueue(queue, in: &call)
        if hasOldPeriod {
            try open.enterPeriod(in: &call)
            open.state.period = 0
        }
        let hasMore = mayBeOld ? try open.expire(in: &call) : false
        if open.state != state { try open.save(in: &call) }
        return hasMore
    }

    private func forgetNames(in call: inout Call) throws(ServiceError) {
        var old: [DeletedNameKey] = []
        let now = call.now
        try call.scan(DeletedNameKey.range()) { key, record in
            if record.deleted + SQSLimits.nameRestMilliseconds <= now { old.append(key) }
            return old.count < SQSLimits.queuesPerStep ? .next : .stop
        }
        for key in old { try call.delete(key) }
    }
}
