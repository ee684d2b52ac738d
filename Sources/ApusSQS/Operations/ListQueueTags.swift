package import ApusService

/// Answers a queue's tags.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html
package enum ListQueueTags: QueueOperation {
    package typealias Input = ListQueueTagsInput
    package typealias Output = ListQueueTagsOutput
    package static let access = OperationAccess.read
    package static let action = "sqs:ListQueueTags"
    package static let sharing = Queue.Sharing.ownerOnly
    package static func queueURL(_ input: ListQueueTagsInput) -> String { input.queueUrl }

    package static func perform(
        _ input: ListQueueTagsInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> ListQueueTagsOutput {
        ListQueueTagsOutput(tags: try call.get(QueueTagsKey(queue.id))?.tags)
    }
}
