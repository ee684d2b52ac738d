internal import ApusBase
package import ApusService

/// The rules of sending.
///
/// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
package enum MessageRules {
    package static let invalidCharacters = SQSError.invalidMessageContents(
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | "
            + "#x10000 to #x10FFFF")

    /// The message that `entry` asks for, in a queue with those attributes.
    ///
    /// - Parameter digest: of its body, where it is known already.
    package static func draft(
        _ entry: SendMessageBatchRequestEntry, in queue: QueueAttributes, digest: [UInt8]? = nil
    ) throws(MessageFault) -> MessageDraft {
        guard !entry.messageBody.isEmpty else { throw self.missing("MessageBody") }
        guard MessageText.isAllowed(entry.messageBody) else { throw .other(self.invalidCharacters) }
        var body = entry.messageBody
        let bodyDigest = digest ?? body.withUTF8 { Digest.md5(UnsafeRawBufferPointer($0)) }
        var draft = MessageDraft(body: body, bodyDigest: bodyDigest)
        draft.attributes = try MessageAttributeRules.checked(entry.messageAttributes)
        if !draft.attributes.isEmpty { draft.attributesDigest = MessageAttribute.digest(draft.attributes) }
        draft.traceHeader = try MessageAttributeRules.traceHeader(entry.messageSystemAttributes)
        guard draft.count <= queue.maximumMessageBytes else {
            throw .other(
                CommonError.invalidParameterValue(
                    "One or more parameters are invalid. Reason: Message must be shorter than "
                        + "\(queue.maximumMessageBytes) bytes."))
        }
        switch queue.kind {
        case .standard: try self.addStandard(entry, queue, &draft)
        case .fifo: try self.addFIFO(entry, queue, &draft)
        }
        return draft
    }

    private static func addStandard(
        _ entry: SendMessageBatchRequestEntry, _ queue: QueueAttributes, _ draft: inout MessageDraft
    ) throws(MessageFault) {
        if let id = entry.messageDeduplicationId { throw self.wrongKind("MessageDeduplicationId", id) }
        if let group = entry.messageGroupId {
            try self.checkIdentifier("MessageGroupId", group)
            draft.groupID = group
        }
        draft.delaySeconds = entry.delaySeconds ?? queue.delaySeconds
        guard SQSLimits.delaySeconds.contains(draft.delaySeconds) else {
            throw .parameter(
                "DelaySeconds", value: String(draft.delaySeconds), reason: "DelaySeconds must be >= 0 and <= 900")
        }
    }

    private static func addFIFO(
        _ entry: SendMessageBatchRequestEntry, _ queue: QueueAttributes, _ draft: inout MessageDraft
    ) throws(MessageFault) {
        guard let group = entry.messageGroupId else { throw self.missing("MessageGroupId") }
        try self.checkIdentifier("MessageGroupId", group)
        draft.groupID = group
        if let delay = entry.delaySeconds, delay != 0 { throw self.wrongKind("DelaySeconds", String(delay)) }
        if let id = entry.messageDeduplicationId {
            try self.checkIdentifier("MessageDeduplicationId", id)
            draft.deduplicationID = id
        } else if queue.contentBasedDeduplication == .on {
            draft.deduplicationID = Hex.encode(draft.body.withUTF8 { Digest.sha256(UnsafeRawBufferPointer($0)) })
        } else {
            throw .other(
                CommonError.invalidParameterValue(
                    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                        + "explicitly"))
        }
    }

    private static func checkIdentifier(_ parameter: String, _ value: String) throws(MessageFault) {
        guard MessageText.isIdentifier(value) else {
            throw .parameter(
                parameter, value: value,
                reason: "\(parameter) can only include alphanumeric and punctuation characters. 1 to 128 in length")
        }
    }

    private static func wrongKind(_ parameter: String, _ value: String) -> MessageFault {
        .parameter(
            parameter, value: value, reason: "The request include parameter that is not valid for this queue type")
    }

    private static func missing(_ parameter: String) -> MessageFault {
        .other(CommonError.missingParameter("The request must contain the parameter \(parameter)."))
    }
}
