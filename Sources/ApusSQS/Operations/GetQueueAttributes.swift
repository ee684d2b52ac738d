internal import ApusBase
package import ApusService

/// Answers a queue's settings and counts.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
package enum GetQueueAttributes: QueueOperation {
    package typealias Input = GetQueueAttributesInput
    package typealias Output = GetQueueAttributesOutput
    package static let access = OperationAccess.read
    package static let action = "sqs:GetQueueAttributes"
    package static func queueURL(_ input: GetQueueAttributesInput) -> String { input.queueUrl }

    package static func perform(
        _ input: GetQueueAttributesInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> GetQueueAttributesOutput {
        let asked = try self.asked(input.attributeNames ?? [])
        var texts: [String: String] = [:]
        var counts: QueueCounts?
        for attribute in asked {
            switch attribute {
            case .approximateNumberOfMessages, .approximateNumberOfMessagesNotVisible,
                .approximateNumberOfMessagesDelayed:
                let known: QueueCounts
                if let counts { known = counts } else { known = try OpenQueue(queue, in: &call).counts(in: &call) }
                counts = known
                texts[attribute.rawValue] = String(self.count(attribute, known))
            case .createdTimestamp: texts[attribute.rawValue] = self.seconds(queue.record.created)
            case .lastModifiedTimestamp: texts[attribute.rawValue] = self.seconds(queue.record.modified)
            case .queueArn: texts[attribute.rawValue] = queue.arn
            default: texts[attribute.rawValue] = queue.attributes.text(attribute)
            }
        }
        return GetQueueAttributesOutput(attributes: texts.isEmpty ? nil : texts)
    }

    private static func asked(_ names: [String]) throws(ServiceError) -> [QueueAttribute] {
        var asked: [QueueAttribute] = []
        for name in names {
            if name == "All" { return QueueAttribute.allCases }
            guard let attribute = QueueAttribute(rawValue: name) else {
                throw SQSError.invalidAttributeName("Unknown Attribute \(name).")
            }
            asked.append(attribute)
        }
        return asked
    }

    private static func count(_ attribute: QueueAttribute, _ counts: QueueCounts) -> Int {
        switch attribute {
        case .approximateNumberOfMessages: counts.visible
        case .approximateNumberOfMessagesNotVisible: counts.notVisible
        default: counts.delayed
        }
    }

    private static func seconds(_ time: Timestamp) -> String { String(time.milliseconds / 1000) }
}
