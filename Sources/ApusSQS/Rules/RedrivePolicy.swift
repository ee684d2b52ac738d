internal import ApusBase
package import ApusService

/// To which queue messages go that were received too often.
///
/// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
package struct RedrivePolicy: Equatable, Sendable {
    /// The dead-letter queue's ARN.
    package var target: String
    /// A message that was received so often and is to be received again goes to the dead-letter queue instead.
    package var maximumReceives: Int

    package init(target: String, maximumReceives: Int) {
        self.target = target
        self.maximumReceives = maximumReceives
    }

    /// Reads the attribute's JSON; nil for an empty text, which takes the policy away. Errors: `InvalidParameterValue`.
    package init?(parsing text: String) throws(ServiceError) {
        if text.isEmpty { return nil }
        guard let value = try? JSONValue(parsing: text), case .object(let object) = value else {
            throw Self.refusal(text, "Redrive policy is not a valid JSON map.")
        }
        guard case .string(let target)? = object["deadLetterTargetArn"] else {
            throw Self.refusal(text, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
        }
        guard let count = object["maxReceiveCount"] else {
            throw Self.refusal(text, "Redrive policy does not contain mandatory attribute: maxReceiveCount.")
        }
        // Both 3 and "3" are in use.
        let given: String
        switch count {
        case .number(let number): given = number.text
        case .string(let digits): given = digits
        default: given = count.text
        }
        guard let maximum = Int(given), SQSLimits.maximumReceives.contains(maximum) else {
            throw Self.refusal(
                text, "Invalid value for maxReceiveCount: \(given), valid values are from 1 to 1000 both inclusive.")
        }
        self.init(target: target, maximumReceives: maximum)
    }

    /// The attribute as callers read it.
    package var text: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("deadLetterTargetArn")
        writer.string(self.target)
        writer.key("maxReceiveCount")
        writer.int(self.maximumReceives)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The error for a policy that cannot be used, with AWS's wording around the reason.
    package static func refusal(_ text: String, _ reason: String) -> ServiceError {
        CommonError.invalidParameterValue("Value \(text) for parameter RedrivePolicy is invalid. Reason: \(reason)")
    }
}
