package import ApusService
package import ApusWire

/// Deletes a received message.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
package enum DeleteMessage: QueueOperation {
    package typealias Input = DeleteMessageInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:DeleteMessage"
    package static func queueURL(_ input: DeleteMessageInput) -> String { input.queueUrl }

    package static func perform(
        _ input: DeleteMessageInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var open = try OpenQueue(queue, in: &call)
        do throws(MessageFault) { try open.delete(receipt: input.receiptHandle, in: &call) } catch { throw error.error }
        try open.save(in: &call)
        return NoShape()
    }
}
