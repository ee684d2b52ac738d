internal import ApusBase
package import ApusService

/// Lists the newest message move tasks of a queue.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html
package enum ListMessageMoveTasks: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListMessageMoveTasksInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        .none(because: "perform demands the action on the queue, where it looks it up")
    }

    package static func perform(
        _ input: ListMessageMoveTasksInput, in call: inout Call
    ) throws(ServiceError) -> ListMessageMoveTasksOutput {
        let limit = input.maxResults ?? 1
        guard SQSLimits.moveResults.contains(limit) else {
            throw CommonError.invalidParameterValue(
                "Value for parameter MaxResults is invalid. Reason: You must enter a number that's between 1 and 10.")
        }
        let queue = try StartMessageMoveTask.source(
            input.sourceArn, "sqs:ListMessageMoveTasks", ["sqs:GetQueueAttributes"], in: &call)
        let tasks = try MoveTasks.newest(of: queue, limit: limit, in: &call)
        return ListMessageMoveTasksOutput(results: tasks.map { self.entry($0, of: queue) })
    }

    private static func entry(_ task: MoveTaskRecord, of queue: Queue) -> ListMessageMoveTasksResultEntry {
        var entry = ListMessageMoveTasksResultEntry(
            status: task.status.text, sourceArn: queue.arn, destinationArn: task.destination,
            maxNumberOfMessagesPerSecond: task.messagesPerSecond, approximateNumberOfMessagesMoved: task.moved,
            approximateNumberOfMessagesToMove: task.toMove, startedTimestamp: Int(task.started.milliseconds))
        switch task.status {
        case .running: entry.taskHandle = MoveTaskHandle(taskID: task.id.text, source: queue.arn).text
        case .failed(let reason): entry.failureReason = reason
        case .cancelling, .completed, .cancelled: break
        }
        return entry
    }
}
