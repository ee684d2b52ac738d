internal import ApusBase
package import ApusService

/// A queue that was found, with its settings.
package struct Queue: Sendable {
    package let key: QueueKey
    package var record: QueueRecord

    package init(key: QueueKey, record: QueueRecord) {
        self.key = key
        self.record = record
    }

    package var id: QueueID { self.record.id }
    package var attributes: QueueAttributes { self.record.attributes }
    package var arn: String { Self.arn(self.key) }

    /// `arn:aws:sqs:region:account:name`
    package static func arn(_ key: QueueKey) -> String { "arn:aws:sqs:\(key.region):\(key.account):\(key.name)" }

    /// The key of the queue that an ARN names; nil when it names no queue.
    package static func key(arn text: String) -> QueueKey? {
        guard let arn = ARN(text), arn.service == "sqs", !arn.region.isEmpty, !arn.account.isEmpty else { return nil }
        return QueueKey(account: arn.account, region: arn.region, name: arn.resource)
    }

    /// Whether a queue's policy can open an action to other accounts.
    package enum Sharing: Sendable {
        /// It can.
        case byPolicy
        /// "Cross-account permissions don't apply to this action": only principals of the queue's account.
        case ownerOnly
    }

    /// The queue, or nil.
    package static func find(_ key: QueueKey, in call: inout Call) throws(ServiceError) -> Queue? {
        guard let record = try call.get(key) else { return nil }
        return Queue(key: key, record: record)
    }

    /// The queue, on which the caller may do `action`.
    ///
    /// Errors: the refusal; `QueueDoesNotExist` for those whose own policies would allow the action.
    package static func authorized(
        _ key: QueueKey, _ action: String, _ sharing: Sharing = .byPolicy, in call: inout Call
    ) throws(ServiceError) -> Queue {
        let queue = try self.find(key, in: &call)
        let policy = sharing == .byPolicy ? queue?.attributes.policy : nil
        try call.require(
            Demand(action, on: self.arn(key), account: key.account, resourcePolicy: policy))
        guard let queue else { throw SQSError.queueDoesNotExist("The specified queue does not exist.") }
        return queue
    }

    /// The same for the queue that a caller's URL names.
    package static func authorized(
        url: String, _ action: String, _ sharing: Sharing = .byPolicy, in call: inout Call
    ) throws(ServiceError) -> Queue {
        let url = try QueueURL(parsing: url)
        return try self.authorized(
            QueueKey(account: url.account, region: call.region, name: url.name), action, sharing, in: &call)
    }

    /// The same for the queue that an ARN names.
    package static func authorized(
        arn: String, _ action: String, in call: inout Call
    ) throws(ServiceError) -> Queue {
        guard let key = self.key(arn: arn) else {
            throw SQSError.invalidAddress("The address \(arn) is not valid for this endpoint.")
        }
        return try self.authorized(key, action, in: &call)
    }
}
