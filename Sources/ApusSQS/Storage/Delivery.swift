internal import ApusBase
package import ApusService

/// A message as it is handed to a consumer.
package struct Delivery: Sendable {
    package var queue: QueueID
    package var kind: QueueKind
    package var sequence: UInt64
    package var message: MessageRecord
    package var receives: FlightRecord.Receives

    package var receipt: String {
        ReceiptHandle(
            queue: self.queue, sequence: self.sequence, receives: self.receives.count, secret: self.receives.secret
        ).text
    }

    /// The system attribute's value; nil where the message does not have it.
    package func text(_ attribute: SystemAttribute) -> String? {
        let origin = self.message.origin
        return switch attribute {
        case .senderID: self.message.sender
        case .sentTimestamp: String(self.message.sent.milliseconds)
        case .approximateReceiveCount: String(UInt64(self.receives.count) + UInt64(origin?.receives ?? 0))
        case .approximateFirstReceiveTimestamp:
            String((origin?.firstReceived ?? self.receives.first).milliseconds)
        case .sequenceNumber: self.kind == .fifo ? SequenceNumber.text(self.sequence) : nil
        case .messageDeduplicationID: self.message.deduplication
        case .messageGroupID: self.message.group
        case .traceHeader: self.message.traceHeader
        case .deadLetterQueueSourceARN: origin?.queue
        }
    }

    /// The values of those system attributes that the message has.
    package func texts(_ attributes: [SystemAttribute]) -> [String: String] {
        var texts: [String: String] = [:]
        texts.reserveCapacity(attributes.count)
        for attribute in attributes { texts[attribute.rawValue] = self.text(attribute) }
        return texts
    }

    /// The message as `ReceiveMessage` answers it.
    package func shape(_ selection: AttributeSelection) -> Message {
        let chosen = selection.selected(self.message.attributes)
        var shape = Message(
            messageId: self.message.id.text, receiptHandle: self.receipt,
            md5OfBody: Hex.encode(self.message.bodyDigest),
            body: self.message.body)
        if !selection.system.isEmpty { shape.attributes = self.texts(selection.system) }
        if !chosen.isEmpty {
            let isWhole = chosen.count == self.message.attributes.count
            let digest = isWhole ? self.message.attributesDigest : nil
            shape.md5OfMessageAttributes = Hex.encode(digest ?? MessageAttribute.digest(chosen))
            var attributes: [String: MessageAttributeValue] = [:]
            for attribute in chosen { attributes[attribute.name] = attribute.shape }
            shape.messageAttributes = attributes
        }
        return shape
    }

    /// The message as event source mappings see it.
    package var incoming: IncomingMessage {
        var attributes: [String: IncomingMessage.Attribute] = [:]
        for attribute in self.message.attributes {
            switch attribute.value {
            case .text(let text):
                attributes[attribute.name] = IncomingMessage.Attribute(
                    dataType: attribute.dataType, stringValue: text, binaryValue: nil)
            case .binary(let bytes):
                attributes[attribute.name] = IncomingMessage.Attribute(
                    dataType: attribute.dataType, stringValue: nil, binaryValue: bytes)
            }
        }
        return IncomingMessage(
            id: self.message.id.text, receipt: self.receipt, body: self.message.body,
            bodyMD5: Hex.encode(self.message.bodyDigest), systemAttributes: self.texts(SystemAttribute.allCases),
            attributes: attributes, attributesMD5: self.message.attributesDigest.map { Hex.encode($0) })
    }
}
