package import ApusService

/// The rules of a queue's tags.
///
/// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
package enum TagRules {
    /// `tags` with `added`, which win. Errors: `InvalidParameterValue`.
    package static func adding(
        _ added: [String: String], to tags: [String: String], of queue: String
    ) throws(ServiceError) -> [String: String] {
        for (key, value) in added.sorted(by: { $0.key < $1.key }) {
            guard SQSLimits.tagKey.contains(key.unicodeScalars.count) else {
                throw CommonError.invalidParameterValue("Tag keys must be between 1 and 128 characters in length.")
            }
            guard !key.lowercased().hasPrefix("aws:") else {
                throw CommonError.invalidParameterValue("Tag keys starting with 'aws:' are reserved for system use.")
            }
            guard SQSLimits.tagValue.contains(value.unicodeScalars.count) else {
                throw CommonError.invalidParameterValue("Tag values must be between 0 and 256 characters in length.")
            }
            guard !value.lowercased().hasPrefix("aws:") else {
                throw CommonError.invalidParameterValue("Tag values starting with 'aws:' are reserved for system use.")
            }
            guard self.isAllowed(key), self.isAllowed(value) else {
                throw CommonError.invalidParameterValue(
                    "Tag keys and values can only include letters, digits, whitespace, and the characters _.:/=+-@.")
            }
        }
        let all = tags.merging(added) { $1 }
        guard all.count <= SQSLimits.tags else {
            throw CommonError.invalidParameterValue("Too many tags added for queue \(queue).")
        }
        return all
    }

    /// Letters and digits of any language, whitespace and `_ . : / = + - @`.
    private static func isAllowed(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber, .spaceSeparator:
                true
            // Marks are part of letters in many languages.
            case .nonspacingMark, .spacingMark: true
            default: "_.:/=+-@".unicodeScalars.contains(scalar)
            }
        }
    }
}
