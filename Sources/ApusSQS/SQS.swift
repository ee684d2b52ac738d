internal import ApusService
package import ApusWire

/// Amazon SQS: queues.
package enum SQS {
    /// What other services reach queues by.
    package static let messages = SQSMessages()

    /// What the server assembles: every operation that is implemented, and what runs in the background.
    package static var definition: ServiceDefinition {
        let model = SQSAPI.model
        return ServiceDefinition(
            model: model,
            operations: [
                .operation(AddPermission.self, in: model),
                .operation(CancelMessageMoveTask.self, in: model),
                .operation(ChangeMessageVisibility.self, in: model),
                .operation(ChangeMessageVisibilityBatch.self, in: model),
                .operation(CreateQueue.self, in: model),
                .operation(DeleteMessage.self, in: model),
                .operation(DeleteMessageBatch.self, in: model),
                .operation(DeleteQueue.self, in: model),
                .operation(GetQueueAttributes.self, in: model),
                .operation(GetQueueUrl.self, in: model),
                .operation(ListDeadLetterSourceQueues.self, in: model),
                .operation(ListMessageMoveTasks.self, in: model),
                .operation(ListQueueTags.self, in: model),
                .operation(ListQueues.self, in: model),
                .operation(PurgeQueue.self, in: model),
                .poll(ReceiveMessage.self, in: model),
                .operation(RemovePermission.self, in: model),
                .operation(SendMessage.self, in: model),
                .operation(SendMessageBatch.self, in: model),
                .operation(SetQueueAttributes.self, in: model),
                .operation(StartMessageMoveTask.self, in: model),
                .operation(TagQueue.self, in: model),
                .operation(UntagQueue.self, in: model),
            ],
            workers: [RetentionWorker(), MoveWorker()])
    }
}
