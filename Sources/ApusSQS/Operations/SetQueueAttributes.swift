package import ApusService
package import ApusWire

/// Changes a queue's settings. Those of retention hold for messages already sent, at once.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
package enum SetQueueAttributes: QueueOperation {
    package typealias Input = SetQueueAttributesInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:SetQueueAttributes"
    package static let sharing = Queue.Sharing.ownerOnly
    package static func queueURL(_ input: SetQueueAttributesInput) -> String { input.queueUrl }

    package static func perform(
        _ input: SetQueueAttributesInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var record = queue.record
        try record.attributes.set(input.attributes)
        if input.attributes[QueueAttribute.policy.rawValue] != nil, let policy = record.attributes.policy {
            try QueuePolicy.checkQuotas(policy, of: queue.arn)
        }
        if input.attributes[QueueAttribute.redrivePolicy.rawValue] != nil, let redrive = record.attributes.redrive {
            try self.check(redrive, of: queue.key, record.attributes.kind, given: input.attributes, in: &call)
        }
        record.modified = call.now
        try call.put(queue.key, record)
        // Who waits may find messages now that were too young for the delay before.
        call.signal(try OpenQueue(queue, in: &call).channel)
        return NoShape()
    }

    /// Refuses a dead-letter queue that the queue cannot have: one that does not exist, of another kind, account or
    /// region, the queue itself, or one that does not allow it.
    package static func check(
        _ redrive: RedrivePolicy, of key: QueueKey, _ kind: QueueKind, given: [String: String]?, in call: inout Call
    ) throws(ServiceError) {
        let text = given?[QueueAttribute.redrivePolicy.rawValue] ?? redrive.text
        guard let targetKey = Queue.key(arn: redrive.target) else {
            throw RedrivePolicy.refusal(text, "Invalid value for deadLetterTargetArn.")
        }
        guard targetKey.account == key.account, targetKey.region == key.region else {
            throw RedrivePolicy.refusal(text, "Dead-letter queue must be in the same account and Region as the source.")
        }
        guard targetKey != key else {
            throw RedrivePolicy.refusal(text, "Dead-letter queue must be another queue than the source.")
        }
        guard let target = try Queue.find(targetKey, in: &call) else {
            throw RedrivePolicy.refusal(text, "Dead letter target does not exist.")
        }
        guard target.attributes.kind == kind else {
            throw RedrivePolicy.refusal(text, "Dead-letter queue must be same type of queue as the source.")
        }
        if let allow = target.attributes.redriveAllow, !allow.allows(Queue.arn(key)) {
            throw RedrivePolicy.refusal(
                text, "The dead-letter queue's RedriveAllowPolicy does not allow this source queue.")
        }
    }
}
