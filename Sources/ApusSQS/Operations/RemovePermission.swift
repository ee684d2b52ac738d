internal import ApusBase
package import ApusService
package import ApusWire

/// Removes the statements with that label from the queue's policy.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html
package enum RemovePermission: QueueOperation {
    package typealias Input = RemovePermissionInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:RemovePermission"
    package static let sharing = Queue.Sharing.ownerOnly
    package static func queueURL(_ input: RemovePermissionInput) -> String { input.queueUrl }

    package static func perform(
        _ input: RemovePermissionInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var policy = try QueuePolicy(queue.attributes.policy, of: queue.arn)
        try policy.remove(input.label)
        var record = queue.record
        record.attributes.policy = policy.text
        record.modified = call.now
        try call.put(queue.key, record)
        return NoShape()
    }
}
