internal import ApusBase
package import ApusService
package import ApusWire

/// Adds a statement to the queue's policy that allows actions to accounts, under a label.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
package enum AddPermission: QueueOperation {
    package typealias Input = AddPermissionInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:AddPermission"
    package static let sharing = Queue.Sharing.ownerOnly
    package static func queueURL(_ input: AddPermissionInput) -> String { input.queueUrl }

    package static func perform(
        _ input: AddPermissionInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var policy = try QueuePolicy(queue.attributes.policy, of: queue.arn)
        try policy.add(input.label, accounts: input.awsAccountIds, actions: input.actions, on: queue.arn)
        var record = queue.record
        record.attributes.policy = policy.text
        record.modified = call.now
        try call.put(queue.key, record)
        return NoShape()
    }
}
