package import ApusService
internal import ApusStore

/// Ends a running message move task before its next step. What was moved stays where it is.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html
package enum CancelMessageMoveTask: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: CancelMessageMoveTaskInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        .none(because: "perform demands the action on the queue that the handle names")
    }

    package static func perform(
        _ input: CancelMessageMoveTaskInput, in call: inout Call
    ) throws(ServiceError) -> CancelMessageMoveTaskOutput {
        guard let handle = MoveTaskHandle(input.taskHandle) else {
            throw CommonError.invalidParameterValue("Value for parameter TaskHandle is invalid.")
        }
        let queue = try StartMessageMoveTask.source(
            handle.source, "sqs:CancelMessageMoveTask",
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], in: &call)
        let key = MoveTaskKey(queue)
        guard var task = try call.get(key), task.id.text == handle.taskID else {
            let ended = try MoveTasks.newest(of: queue, limit: SQSLimits.keptMoveTasks + 1, in: &call)
            if ended.contains(where: { $0.id.text == handle.taskID }) { throw self.notRunning }
            throw SQSError.resourceNotFound("Task does not exist.")
        }
        guard task.status == .running else { throw self.notRunning }
        task.status = .cancelling
        task.due = call.now
        try call.put(key, task)
        call.signal(MoveTaskKey.channel)
        return CancelMessageMoveTaskOutput(approximateNumberOfMessagesMoved: task.moved)
    }

    private static var notRunning: ServiceError {
        SQSError.unsupportedOperation("A message movement can only be cancelled when the current status is RUNNING.")
    }
}
