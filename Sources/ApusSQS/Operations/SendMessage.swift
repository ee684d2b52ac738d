internal import ApusBase
package import ApusService

/// Sends one message.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
package enum SendMessage: QueueOperation {
    package typealias Input = SendMessageInput
    package typealias Output = SendMessageOutput
    package static let access = OperationAccess.write
    package static let action = "sqs:SendMessage"
    package static func queueURL(_ input: SendMessageInput) -> String { input.queueUrl }

    package static func perform(
        _ input: SendMessageInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> SendMessageOutput {
        let entry = SendMessageBatchRequestEntry(
            id: "", messageBody: input.messageBody, delaySeconds: input.delaySeconds,
            messageAttributes: input.messageAttributes, messageSystemAttributes: input.messageSystemAttributes,
            messageDeduplicationId: input.messageDeduplicationId, messageGroupId: input.messageGroupId)
        let draft: MessageDraft
        do throws(MessageFault) { draft = try MessageRules.draft(entry, in: queue.attributes) } catch {
            throw error.error
        }
        var open = try OpenQueue(queue, in: &call)
        let sent = try open.send(draft, sender: call.principal.userID, in: &call)
        try open.save(in: &call)
        call.signal(open.channel)
        return SendMessageOutput(
            md5OfMessageBody: Hex.encode(draft.bodyDigest),
            md5OfMessageAttributes: draft.attributesDigest.map { Hex.encode($0) },
            md5OfMessageSystemAttributes: draft.systemAttributesDigest.map { Hex.encode($0) },
            messageId: sent.id.text,
            sequenceNumber: queue.attributes.kind == .fifo ? SequenceNumber.text(sent.sequence) : nil)
    }
}
