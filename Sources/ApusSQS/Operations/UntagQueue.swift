package import ApusService
package import ApusWire

/// Removes tags from a queue.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html
package enum UntagQueue: QueueOperation {
    package typealias Input = UntagQueueInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:UntagQueue"
    package static let sharing = Queue.Sharing.ownerOnly
    package static func queueURL(_ input: UntagQueueInput) -> String { input.queueUrl }

    package static func perform(
        _ input: UntagQueueInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        let key = QueueTagsKey(queue.id)
        guard var tags = try call.get(key)?.tags else { return NoShape() }
        for name in input.tagKeys { tags[name] = nil }
        if tags.isEmpty { try call.delete(key) } else { try call.put(key, TagsRecord(tags)) }
        return NoShape()
    }
}
