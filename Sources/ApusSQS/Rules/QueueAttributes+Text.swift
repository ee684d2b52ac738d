internal import ApusBase
package import ApusService

extension QueueAttributes {
    /// The attribute as `GetQueueAttributes` shows it; nil where the queue does not have it, or it is no setting.
    package func text(_ attribute: QueueAttribute) -> String? {
        if attribute.isForFIFO, self.kind == .standard { return nil }
        return switch attribute {
        case .visibilityTimeout: String(self.visibilityTimeoutSeconds)
        case .maximumMessageSize: String(self.maximumMessageBytes)
        case .messageRetentionPeriod: String(self.retentionSeconds)
        case .delaySeconds: String(self.delaySeconds)
        case .receiveMessageWaitTimeSeconds: String(self.receiveWaitSeconds)
        case .policy: self.policy
        case .redrivePolicy: self.redrive?.text
        case .redriveAllowPolicy: self.redriveAllow?.text
        case .fifoQueue: "true"
        case .contentBasedDeduplication: self.contentBasedDeduplication == .on ? "true" : "false"
        case .deduplicationScope: self.deduplicationScope == .queue ? "queue" : "messageGroup"
        case .fifoThroughputLimit: self.throughputLimit == .perQueue ? "perQueue" : "perMessageGroupId"
        case .kmsDataKeyReusePeriodSeconds: self.dataKeyReuseSeconds.map { String($0) }
        case .sqsManagedSseEnabled: self.managedEncryption == .on ? "true" : "false"
        case .kmsMasterKeyId, .approximateNumberOfMessages, .approximateNumberOfMessagesNotVisible, .createdTimestamp,
            .lastModifiedTimestamp, .queueArn, .approximateNumberOfMessagesDelayed:
            nil
        }
    }

    /// Sets what a caller gave, in the order of names, so that of several errors the same one is answered each time.
    ///
    /// Errors: `InvalidAttributeName`, `InvalidAttributeValue`, and `InvalidParameterValue` for redrive policies.
    package mutating func set(_ texts: [String: String]) throws(ServiceError) {
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let attribute = QueueAttribute(rawValue: name), attribute.isSettable,
                self.kind == .fifo || !attribute.isForFIFO
            else { throw SQSError.invalidAttributeName("Unknown Attribute \(name).") }
            try self.set(attribute, text)
        }
        if self.throughputLimit == .perMessageGroupID, self.deduplicationScope != .messageGroup {
            throw Self.refusal(
                .fifoThroughputLimit,
                "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.")
        }
    }

    private mutating func set(_ attribute: QueueAttribute, _ text: String) throws(ServiceError) {
        switch attribute {
        case .visibilityTimeout:
            self.visibilityTimeoutSeconds = try Self.number(attribute, text, SQSLimits.visibilityTimeoutSeconds)
        case .maximumMessageSize:
            self.maximumMessageBytes = try Self.number(attribute, text, SQSLimits.maximumMessageBytes)
        case .messageRetentionPeriod:
            self.retentionSeconds = try Self.number(attribute, text, SQSLimits.retentionSeconds)
        case .delaySeconds: self.delaySeconds = try Self.number(attribute, text, SQSLimits.delaySeconds)
        case .receiveMessageWaitTimeSeconds:
            self.receiveWaitSeconds = try Self.number(attribute, text, SQSLimits.receiveWaitSeconds)
        case .policy: self.policy = try Self.policy(text)
        case .redrivePolicy: self.redrive = try RedrivePolicy(parsing: text)
        case .redriveAllowPolicy: self.redriveAllow = try RedriveAllowPolicy(parsing: text)
        case .contentBasedDeduplication: self.contentBasedDeduplication = try Self.onOff(attribute, text)
        case .deduplicationScope:
            self.deduplicationScope = try Self.choice(
                attribute, text, ["queue": .queue, "messageGroup": .messageGroup])
        case .fifoThroughputLimit:
            self.throughputLimit = try Self.choice(
                attribute, text, ["perQueue": .perQueue, "perMessageGroupId": .perMessageGroupID])
        case .kmsMasterKeyId:
            // Silence would promise an encryption that does not happen.
            guard text.isEmpty else {
                throw SQSError.unsupportedOperation("Apus does not implement KmsMasterKeyId: queues have no KMS keys.")
            }
        case .kmsDataKeyReusePeriodSeconds:
            self.dataKeyReuseSeconds = try Self.number(attribute, text, SQSLimits.dataKeyReuseSeconds)
        case .sqsManagedSseEnabled: self.managedEncryption = try Self.onOff(attribute, text)
        case .fifoQueue:
            guard try Self.onOff(attribute, text) == .on else {
                throw Self.refusal(attribute, "Modifying queue type is not supported.")
            }
        case .approximateNumberOfMessages, .approximateNumberOfMessagesNotVisible, .createdTimestamp,
            .lastModifiedTimestamp, .queueArn, .approximateNumberOfMessagesDelayed:
            preconditionFailure("attributes that cannot be set are refused by their names")
        }
    }

    private static func number(
        _ attribute: QueueAttribute, _ text: String, _ range: ClosedRange<Int>
    ) throws(ServiceError) -> Int {
        guard let number = Int(text), range.contains(number) else { throw self.refusal(attribute) }
        return number
    }

    private static func onOff(_ attribute: QueueAttribute, _ text: String) throws(ServiceError) -> Switch {
        try self.choice(attribute, text.lowercased(), ["true": .on, "false": .off])
    }

    private static func choice<Value>(
        _ attribute: QueueAttribute, _ text: String, _ choices: [String: Value]
    ) throws(ServiceError) -> Value {
        guard let value = choices[text] else { throw self.refusal(attribute) }
        return value
    }

    /// An empty text takes the policy away.
    private static func policy(_ text: String) throws(ServiceError) -> String? {
        if text.isEmpty { return nil }
        guard let value = try? JSONValue(parsing: text), case .object(let policy) = value, policy["Statement"] != nil
        else { throw self.refusal(.policy) }
        return text
    }

    private static func refusal(_ attribute: QueueAttribute, _ reason: String? = nil) -> ServiceError {
        let sentence = "Invalid value for the parameter \(attribute.rawValue)."
        return SQSError.invalidAttributeValue(reason.map { "\(sentence) Reason: \($0)" } ?? sentence)
    }
}
