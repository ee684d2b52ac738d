internal import ApusBase
package import ApusService

/// Sends up to ten messages. Each succeeds or fails alone, and those that succeed do so together.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
package enum SendMessageBatch: QueueOperation {
    package typealias Input = SendMessageBatchInput
    package typealias Output = SendMessageBatchOutput
    package static let access = OperationAccess.write
    package static let action = "sqs:SendMessage"
    package static func queueURL(_ input: SendMessageBatchInput) -> String { input.queueUrl }

    package static func perform(
        _ input: SendMessageBatchInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> SendMessageBatchOutput {
        try BatchRules.check(input.entries.map { $0.id }, type: "SendMessageBatchRequestEntry")
        try self.checkSize(input.entries)
        var output = SendMessageBatchOutput(successful: [], failed: [])
        var open = try OpenQueue(queue, in: &call)
        let digests = Digest.md5(of: input.entries.map { $0.messageBody })
        for (entry, digest) in zip(input.entries, digests) {
            let draft: MessageDraft
            do throws(MessageFault) {
                draft = try MessageRules.draft(entry, in: queue.attributes, digest: digest)
            } catch {
                output.failed.append(try error.entry(entry.id))
                continue
            }
            let sent = try open.send(draft, sender: call.principal.userID, in: &call)
            output.successful.append(
                SendMessageBatchResultEntry(
                    id: entry.id, messageId: sent.id.text, md5OfMessageBody: Hex.encode(draft.bodyDigest),
                    md5OfMessageAttributes: draft.attributesDigest.map { Hex.encode($0) },
                    md5OfMessageSystemAttributes: draft.systemAttributesDigest.map { Hex.encode($0) },
                    sequenceNumber: queue.attributes.kind == .fifo ? SequenceNumber.text(sent.sequence) : nil))
        }
        if !output.successful.isEmpty {
            try open.save(in: &call)
            call.signal(open.channel)
        }
        return output
    }

    private static func checkSize(_ entries: [SendMessageBatchRequestEntry]) throws(ServiceError) {
        var bytes = 0
        for entry in entries {
            bytes += entry.messageBody.utf8.count
            for (name, value) in entry.messageAttributes ?? [:] {
                bytes += name.utf8.count + value.dataType.utf8.count
                bytes += (value.stringValue?.utf8.count ?? 0) + (value.binaryValue?.count ?? 0)
            }
        }
        guard bytes <= SQSLimits.batchBytes else {
            throw SQSError.batchRequestTooLong(
                "Batch requests cannot be longer than \(SQSLimits.batchBytes) bytes. You have sent \(bytes) bytes.")
        }
    }
}
