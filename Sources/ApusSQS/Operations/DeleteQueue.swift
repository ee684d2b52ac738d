package import ApusService
internal import ApusStore
package import ApusWire

/// Deletes a queue with all it holds, at once. Its name rests for 60 seconds.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
package enum DeleteQueue: QueueOperation {
    package typealias Input = DeleteQueueInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:DeleteQueue"
    package static let sharing = Queue.Sharing.ownerOnly
    package static func queueURL(_ input: DeleteQueueInput) -> String { input.queueUrl }

    package static func perform(
        _ input: DeleteQueueInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        try OpenQueue.destroy(queue.id, in: &call)
        try MoveTasks.forget(queue, in: &call)
        try call.delete(queue.key)
        try call.put(DeletedNameKey(queue.key), DeletedNameRecord(deleted: call.now))
        // Who waits for messages is told that there will be none.
        call.signal(Channel(QueueStateKey(queue.id)))
        return NoShape()
    }
}
