internal import ApusBase
package import ApusService

/// Changes the visibility of up to ten received messages. Each succeeds or fails alone.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
package enum ChangeMessageVisibilityBatch: QueueOperation {
    package typealias Input = ChangeMessageVisibilityBatchInput
    package typealias Output = ChangeMessageVisibilityBatchOutput
    package static let access = OperationAccess.write
    package static let action = "sqs:ChangeMessageVisibility"
    package static func queueURL(_ input: ChangeMessageVisibilityBatchInput) -> String { input.queueUrl }

    package static func perform(
        _ input: ChangeMessageVisibilityBatchInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> ChangeMessageVisibilityBatchOutput {
        try BatchRules.check(input.entries.map { $0.id }, type: "ChangeMessageVisibilityBatchRequestEntry")
        var output = ChangeMessageVisibilityBatchOutput(successful: [], failed: [])
        var open = try OpenQueue(queue, in: &call)
        for entry in input.entries {
            do throws(MessageFault) {
                guard let seconds = entry.visibilityTimeout else {
                    throw .other(
                        CommonError.missingParameter("The request must contain the parameter VisibilityTimeout."))
                }
                try open.changeVisibility(receipt: entry.receiptHandle, seconds: seconds, in: &call)
                output.successful.append(ChangeMessageVisibilityBatchResultEntry(id: entry.id))
            } catch {
                output.failed.append(try error.entry(entry.id))
            }
        }
        if !output.successful.isEmpty { try open.save(in: &call) }
        return output
    }
}
