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
        }
        let all = tags.merging(added) { $1 }
        guard all.count <= SQSLimits.tags else {
            throw CommonError.invalidParameterValue("Too many tags added for queue \(queue).")
        }
        return all
    }
}
