package import ApusService

/// Deletes up to ten received messages. Each succeeds or fails alone.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
package enum DeleteMessageBatch: QueueOperation {
    package typealias Input = DeleteMessageBatchInput
    package typealias Output = DeleteMessageBatchOutput
    package static let access = OperationAccess.write
    package static let action = "sqs:DeleteMessage"
    package static func queueURL(_ input: DeleteMessageBatchInput) -> String { input.queueUrl }

    package static func perform(
        _ input: DeleteMessageBatchInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> DeleteMessageBatchOutput {
        try BatchRules.check(input.entries.map { $0.id }, type: "DeleteMessageBatchRequestEntry")
        var output = DeleteMessageBatchOutput(successful: [], failed: [])
        var open = try OpenQueue(queue, in: &call)
        for entry in input.entries {
            do throws(MessageFault) {
                try open.delete(receipt: entry.receiptHandle, in: &call)
                output.successful.append(DeleteMessageBatchResultEntry(id: entry.id))
            } catch {
                output.failed.append(try error.entry(entry.id))
            }
        }
        if !output.successful.isEmpty { try open.save(in: &call) }
        return output
    }
}
