package import ApusService
package import ApusWire

/// Sets tags on a queue.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html
package enum TagQueue: QueueOperation {
    package typealias Input = TagQueueInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:TagQueue"
    package static let sharing = Queue.Sharing.ownerOnly
    package static func queueURL(_ input: TagQueueInput) -> String { input.queueUrl }

    package static func perform(
        _ input: TagQueueInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        let key = QueueTagsKey(queue.id)
        let before = try call.get(key)?.tags ?? [:]
        try call.put(key, TagsRecord(try TagRules.adding(input.tags, to: before, of: queue.key.name)))
        return NoShape()
    }
}
