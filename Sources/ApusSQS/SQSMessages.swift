internal import ApusBase
package import ApusService

/// Queues as other services see them: to send to, and to take from.
package struct SQSMessages: MessageSink, MessageSource {
    /// Bytes of bodies that one receive hands to an event source: what an event may have. [Lambda quotas: 6 MB payload]
    private static let receiveBytes = 4 << 20

    package init() {}

    // MARK: Sink

    package func send(_ message: OutgoingMessage, to queueARN: String, in call: inout Call) throws(ServiceError) {
        let queue = try Queue.authorized(arn: queueARN, "sqs:SendMessage", in: &call)
        let entry = SendMessageBatchRequestEntry(
            id: "", messageBody: message.body,
            messageAttributes: message.attributes.mapValues { text in
                MessageAttributeValue(dataType: "String", stringValue: text)
            },
            messageDeduplicationId: message.deduplicationID, messageGroupId: message.groupID)
        let draft: MessageDraft
        do throws(MessageFault) { draft = try MessageRules.draft(entry, in: queue.attributes) } catch {
            throw error.error
        }
        var open = try OpenQueue(queue, in: &call)
        _ = try open.send(draft, sender: call.principal.userID, in: &call)
        try open.save(in: &call)
        call.signal(open.channel)
    }

    // MARK: Source

    package func describe(_ queueARN: String, in call: inout Call) throws(ServiceError) -> MessageSourceDescription {
        let queue = try Queue.authorized(arn: queueARN, "sqs:GetQueueAttributes", in: &call)
        return MessageSourceDescription(
            isFIFO: queue.attributes.kind == .fifo, visibilityTimeoutSeconds: queue.attributes.visibilityTimeoutSeconds)
    }

    package func look(_ queueARN: String, in call: inout Call) throws(ServiceError) -> Sight {
        let queue = try Queue.authorized(arn: queueARN, "sqs:ReceiveMessage", in: &call)
        return try OpenQueue(queue, in: &call).look(polling: .long, in: &call)
    }

    package func receive(
        _ queueARN: String, limit: Int, in call: inout Call
    ) throws(ServiceError) -> [IncomingMessage] {
        let queue = try Queue.authorized(arn: queueARN, "sqs:ReceiveMessage", in: &call)
        var open = try OpenQueue(queue, in: &call)
        let deliveries = try open.receive(
            limit: limit, timeoutSeconds: queue.attributes.visibilityTimeoutSeconds, byteLimit: Self.receiveBytes,
            polling: .long, in: &call)
        try open.save(in: &call)
        return deliveries.map { $0.incoming }
    }

    /// A receipt that is no longer in force is passed over: its message belongs to somebody else by now.
    package func delete(_ queueARN: String, receipts: [String], in call: inout Call) throws(ServiceError) {
        let queue = try Queue.authorized(arn: queueARN, "sqs:DeleteMessage", in: &call)
        var open = try OpenQueue(queue, in: &call)
        for receipt in receipts {
            do throws(MessageFault) { try open.delete(receipt: receipt, in: &call) } catch {
                if error.error.apiError == nil { throw error.error }
            }
        }
        try open.save(in: &call)
    }

    /// A receipt that is no longer in force is passed over.
    package func changeVisibility(
        _ queueARN: String, receipts: [String], seconds: Int, in call: inout Call
    ) throws(ServiceError) {
        let queue = try Queue.authorized(arn: queueARN, "sqs:ChangeMessageVisibility", in: &call)
        var open = try OpenQueue(queue, in: &call)
        for receipt in receipts {
            do throws(MessageFault) {
                try open.changeVisibility(receipt: receipt, seconds: seconds, in: &call)
            } catch {
                if error.error.apiError == nil { throw error.error }
            }
        }
        try open.save(in: &call)
    }
}
