internal import ApusBase
internal import ApusService
internal import ApusStore

/// One step of a message move task.
enum MoveStep {
    /// Moves some messages, or ends the task. An error that time does not heal ends it too, and undoes the step.
    static func run(_ task: MoveTaskRecord, at key: MoveTaskKey, in call: inout Call) throws(ServiceError) {
        if task.status == .cancelling { return try self.end(task, .cancelled, at: key, in: &call) }
        guard task.started + SQSLimits.moveMilliseconds > call.now else {
            return try self.end(task, .failed("TaskTimedOut"), at: key, in: &call)
        }
        let result = call.attempt { (call) throws(ServiceError) in try self.move(task, at: key, in: &call) }
        guard case .failure(let error) = result else { return }
        if error.isTransient { throw error }
        try self.end(task, .failed("InternalFailure"), at: key, in: &call)
    }

    private static func end(
        _ task: MoveTaskRecord, _ status: MoveTaskRecord.Status, at key: MoveTaskKey, in call: inout Call
    ) throws(ServiceError) {
        var task = task
        task.status = status
        try MoveTasks.end(task, at: key, in: &call)
    }

    private static func move(
        _ before: MoveTaskRecord, at key: MoveTaskKey, in call: inout Call
    ) throws(ServiceError) {
        guard let place = try call.get(QueuePlaceKey(key.queue)), let queue = try Queue.find(place.key, in: &call)
        else {
            throw OpenQueue.broken(.sqsMoveTask, "a task without its queue")
        }
        var task = before
        let pace = MovePace(rate: task.messagesPerSecond)
        var source = try OpenQueue(queue, in: &call)
        var moving = Moving(
            limit: min(pace.messagesPerStep, task.limit - task.moved), source: queue,
            destination: task.destination, principal: task.principal)
        try source.takeOut(&moving, in: &call)
        try source.save(in: &call)
        try moving.send(in: &call)
        task.moved += moving.messages.count
        if let failure = moving.failure { return try self.end(task, .failed(failure), at: key, in: &call) }
        if task.moved >= task.limit || !source.hasReceivable(in: call) {
            return try self.end(task, .completed, at: key, in: &call)
        }
        task.due = call.now + pace.pauseMilliseconds(after: moving.messages.count)
        try call.put(key, task)
    }
}
