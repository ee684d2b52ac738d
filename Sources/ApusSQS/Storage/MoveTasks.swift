package import ApusService
internal import ApusStore

/// The move tasks of dead-letter queues: one active, and the last that have ended.
package enum MoveTasks {
    /// Puts a task that has ended among those that can be listed, of which the oldest are dropped.
    package static func end(
        _ task: MoveTaskRecord, at key: MoveTaskKey, in call: inout Call
    ) throws(ServiceError) {
        try call.delete(key)
        let range = MoveHistoryKey.range(of: key.queue)
        let last = try call.first(range, direction: .backward)?.key.number ?? 0
        try call.put(MoveHistoryKey(key.queue, last + 1), task)
        let kept = UInt64(SQSLimits.keptMoveTasks)
        guard last + 1 > kept else { return }
        for (old, _) in try call.page(range.before(MoveHistoryKey(key.queue, last + 2 - kept)), limit: 10) {
            try call.delete(old)
        }
    }

    /// The newest tasks of a queue, the active one first.
    package static func newest(
        of queue: Queue, limit: Int, in call: inout Call
    ) throws(ServiceError) -> [MoveTaskRecord] {
        let active = try call.get(MoveTaskKey(queue))
        var tasks: [MoveTaskRecord] = active.map { [$0] } ?? []
        let rest = limit - tasks.count
        guard rest > 0 else { return tasks }
        tasks += try call.page(MoveHistoryKey.range(of: queue.id), direction: .backward, limit: rest).map { $0.value }
        return tasks
    }

    /// How far an active task is, for metrics.
    package struct Progress: Sendable {
        package let account: String
        package let region: String
        package let name: String
        package let moved: Int
        package let toMove: Int
    }

    /// The progress of the first `limit` active tasks. A small read for each.
    package static func active(limit: Int, in call: inout Call) throws(ServiceError) -> [Progress] {
        var progress: [Progress] = []
        for (key, task) in try call.page(MoveTaskKey.range(), limit: limit) {
            guard let place = try call.get(QueuePlaceKey(key.queue)) else { continue }
            progress.append(
                Progress(
                    account: key.account, region: key.region, name: place.key.name, moved: task.moved,
                    toMove: task.toMove))
        }
        return progress
    }

    /// Deletes what is known of a queue's tasks, with the queue.
    package static func forget(_ queue: Queue, in call: inout Call) throws(ServiceError) {
        try call.delete(MoveTaskKey(queue))
        try call.clear(MoveHistoryKey.range(of: queue.id))
    }
}
