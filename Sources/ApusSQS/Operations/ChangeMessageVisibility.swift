package import ApusService
package import ApusWire

/// Makes a received message visible to others after another time than it would be.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
package enum ChangeMessageVisibility: QueueOperation {
    package typealias Input = ChangeMessageVisibilityInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:ChangeMessageVisibility"
    package static func queueURL(_ input: ChangeMessageVisibilityInput) -> String { input.queueUrl }

    package static func perform(
        _ input: ChangeMessageVisibilityInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var open = try OpenQueue(queue, in: &call)
        do throws(MessageFault) {
            try open.changeVisibility(receipt: input.receiptHandle, seconds: input.visibilityTimeout, in: &call)
        } catch {
            throw error.error
        }
        try open.save(in: &call)
        return NoShape()
    }
}
