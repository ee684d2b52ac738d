internal import ApusBase
package import ApusService

/// Creates a queue, or answers the URL of one that has the same name and no attribute that differs.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
package enum CreateQueue: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateQueueInput, in call: inout Call) throws(ServiceError) -> Demands {
        let arn = Queue.arn(self.key(input, call))
        let create = Demand(
            "sqs:CreateQueue", on: arn, account: call.account, conditions: TagConditions.bringing(input.tags))
        guard let tags = input.tags, !tags.isEmpty else { return Demands(create) }
        return Demands(
            create, Demand("sqs:TagQueue", on: arn, account: call.account, conditions: TagConditions.bringing(tags)))
    }

    package static func perform(_ input: CreateQueueInput, in call: inout Call) throws(ServiceError)
        -> CreateQueueOutput
    {
        let kind = self.kind(input)
        try QueueName.check(input.queueName, kind)
        var attributes = QueueAttributes(kind)
        try attributes.set(input.attributes ?? [:])
        let tags = try TagRules.adding(input.tags ?? [:], to: [:], of: input.queueName)
        let key = self.key(input, call)
        let url = QueueURL(account: key.account, name: key.name).text(endpoint: call.context.endpoint)
        if let existing = try Queue.find(key, in: &call) {
            try self.compare(attributes, with: existing, names: input.attributes ?? [:])
            return CreateQueueOutput(queueUrl: url)
        }
        try self.checkRest(key, in: &call)
        if let policy = attributes.policy { try QueuePolicy.checkQuotas(policy, of: Queue.arn(key)) }
        if let redrive = attributes.redrive {
            try SetQueueAttributes.check(redrive, of: key, kind, given: input.attributes, in: &call)
        }
        try self.create(key, attributes, tags, in: &call)
        return CreateQueueOutput(queueUrl: url)
    }

    private static func key(_ input: CreateQueueInput, _ call: borrowing Call) -> QueueKey {
        QueueKey(account: call.account, region: call.region, name: input.queueName)
    }

    private static func kind(_ input: CreateQueueInput) -> QueueKind {
        input.attributes?[QueueAttribute.fifoQueue.rawValue]?.lowercased() == "true" ? .fifo : .standard
    }

    private static func compare(
        _ attributes: QueueAttributes, with existing: Queue, names: [String: String]
    ) throws(ServiceError) {
        for name in names.keys.sorted() {
            guard let attribute = QueueAttribute(rawValue: name) else { continue }
            if attributes.text(attribute) != existing.attributes.text(attribute) {
                throw SQSError.queueNameExists(
                    "A queue already exists with the same name and a different value for attribute \(name)")
            }
        }
    }

    private static func checkRest(_ key: QueueKey, in call: inout Call) throws(ServiceError) {
        guard let rest = try call.get(DeletedNameKey(key)) else { return }
        guard rest.deleted + SQSLimits.nameRestMilliseconds <= call.now else {
            throw SQSError.queueDeletedRecently(
                "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
        }
        try call.delete(DeletedNameKey(key))
    }

    private static func create(
        _ key: QueueKey, _ attributes: QueueAttributes, _ tags: [String: String], in call: inout Call
    ) throws(ServiceError) {
        let last = try call.get(QueueCounterKey())?.last ?? 0
        let id = QueueID(last + 1)
        try call.put(QueueCounterKey(), CounterRecord(id.number))
        try call.put(key, QueueRecord(id: id, created: call.now, attributes: attributes))
        try call.put(QueuePlaceKey(id), QueuePlace(key))
        try call.put(QueueStateKey(id), QueueState())
        if !tags.isEmpty { try call.put(QueueTagsKey(id), TagsRecord(tags)) }
    }
}
