internal import ApusBase
package import ApusService
internal import ApusStore

/// Begins to move the messages of a dead-letter queue: back to the queues that they came from, or to one queue.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
package enum StartMessageMoveTask: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: StartMessageMoveTaskInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        .none(because: "perform demands the actions on the queues, where it looks them up with their policies")
    }

    package static func perform(
        _ input: StartMessageMoveTaskInput, in call: inout Call
    ) throws(ServiceError) -> StartMessageMoveTaskOutput {
        if let rate = input.maxNumberOfMessagesPerSecond, !SQSLimits.moveRate.contains(rate) {
            throw CommonError.invalidParameterValue(
                "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a number that's "
                    + "between 1 and 500.")
        }
        let source = try self.source(
            input.sourceArn, "sqs:StartMessageMoveTask",
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], in: &call)
        guard try self.isDeadLetterQueue(source, in: &call) else {
            throw CommonError.invalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
        }
        if let destination = input.destinationArn { try self.check(destination, for: source, in: &call) }
        guard try !call.contains(MoveTaskKey(source)) else {
            throw CommonError.invalidParameterValue(
                "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
            )
        }
        let active = MoveTaskKey.range(account: source.key.account, region: source.key.region)
        guard try call.count(active, limit: SQSLimits.activeMoveTasks) < SQSLimits.activeMoveTasks else {
            throw SQSError.unsupportedOperation(
                "An account cannot have more than \(SQSLimits.activeMoveTasks) active message move tasks.")
        }
        let open = try OpenQueue(source, in: &call)
        let task = MoveTaskRecord(
            id: .random(call.entropy), source: source.id, destination: input.destinationArn,
            messagesPerSecond: input.maxNumberOfMessagesPerSecond, principal: call.principal, started: call.now,
            toMove: try open.counts(in: &call).visible, limit: open.state.total(open.kind))
        try call.put(MoveTaskKey(source), task)
        call.signal(MoveTaskKey.channel)
        return StartMessageMoveTaskOutput(taskHandle: MoveTaskHandle(taskID: task.id.text, source: source.arn).text)
    }

    /// The queue whose tasks a request is about, on which the caller may do `action`, which a queue's policy does not open
    /// to other accounts, and what it comes to.
    ///
    /// Source of the permissions:
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html
    /// Errors: `InvalidParameterValue` for what is no ARN, the refusal, `ResourceNotFoundException`.
    static func source(
        _ arn: String, _ action: String, _ others: [String], in call: inout Call
    ) throws(ServiceError) -> Queue {
        guard let key = Queue.key(arn: arn) else {
            throw CommonError.invalidParameterValue(
                "You must use this format to specify the SourceArn: "
                    + "arn:<partition>:<service>:<region>:<account-id>:<resource-id>")
        }
        try call.require(Demand(action, on: Queue.arn(key), account: key.account))
        guard key.region == call.region, let queue = try Queue.find(key, in: &call) else {
            throw SQSError.resourceNotFound(
                "The resource that you specified for the SourceArn parameter doesn't exist.")
        }
        for other in others {
            try call.require(
                Demand(other, on: queue.arn, account: key.account, resourcePolicy: queue.attributes.policy))
        }
        return queue
    }

    /// Whether some queue names it as its dead-letter queue. The oldest message mostly says which; else this reads through
    /// the queues of the account until one does, as `ListDeadLetterSourceQueues`.
    private static func isDeadLetterQueue(_ queue: Queue, in call: inout Call) throws(ServiceError) -> Bool {
        if let oldest = try OpenQueue(queue, in: &call).oldest(in: &call),
            let origin = try call.get(oldest)?.origin, let key = Queue.key(arn: origin.queue),
            try Queue.find(key, in: &call)?.attributes.redrive?.target == queue.arn
        {
            return true
        }
        let account = queue.key.account
        let region = queue.key.region
        let target = queue.arn
        var found = false
        let range = QueueKey.range { (encoder) in
            encoder.append(account)
            encoder.append(region)
        }
        try call.scan(range) { _, record in
            found = record.attributes.redrive?.target == target
            return found ? .stop : .next
        }
        return found
    }

    private static func check(_ arn: String, for source: Queue, in call: inout Call) throws(ServiceError) {
        guard let key = Queue.key(arn: arn) else {
            throw CommonError.invalidParameterValue(
                "You must use this format to specify the DestinationArn: "
                    + "arn:<partition>:<service>:<region>:<account-id>:<resource-id>")
        }
        let queue = key.region == call.region ? try Queue.find(key, in: &call) : nil
        try call.require(
            Demand("sqs:SendMessage", on: arn, account: key.account, resourcePolicy: queue?.attributes.policy))
        guard let queue else {
            throw SQSError.resourceNotFound(
                "The resource that you specified for the DestinationArn parameter doesn't exist.")
        }
        guard queue.id != source.id else {
            throw CommonError.invalidParameterValue("Source queue arn and destination queue arn cannot be the same.")
        }
        guard queue.attributes.kind == source.attributes.kind else {
            throw CommonError.invalidParameterValue(
                "The source queue and destination queue must be of the same queue type.")
        }
    }
}
