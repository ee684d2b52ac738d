package import ApusService

/// Receives up to ten messages; waits for the first where the caller or the queue says so.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
package enum ReceiveMessage: QueueOperation, PollOperation {
    package typealias Input = ReceiveMessageInput
    package typealias Output = ReceiveMessageOutput
    package static let access = OperationAccess.write
    package static let action = "sqs:ReceiveMessage"
    package static func queueURL(_ input: ReceiveMessageInput) -> String { input.queueUrl }

    package static func perform(
        _ input: ReceiveMessageInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> ReceiveMessageOutput {
        let request = try ReceiveRequest(input)
        var open = try OpenQueue(queue, in: &call)
        let before = open.state
        let deliveries = try open.receive(
            limit: request.limit,
            timeoutSeconds: request.visibilityTimeoutSeconds ?? queue.attributes.visibilityTimeoutSeconds,
            attemptID: request.attemptID, polling: request.polling(of: queue.attributes), in: &call)
        if open.state != before { try open.save(in: &call) }
        if deliveries.isEmpty { return self.emptyOutput(input) }
        return ReceiveMessageOutput(messages: deliveries.map { $0.shape(request.selection) })
    }

    package static func patienceMilliseconds(
        _ input: ReceiveMessageInput, in call: inout Call
    ) throws(ServiceError) -> Int64 {
        if let seconds = input.waitTimeSeconds { return Int64(seconds) * 1000 }
        let url = try QueueURL(parsing: input.queueUrl)
        let key = QueueKey(account: url.account, region: call.region, name: url.name)
        // A queue that is not there, or not for this caller, is refused by `look`.
        return Int64(try Queue.find(key, in: &call)?.attributes.receiveWaitSeconds ?? 0) * 1000
    }

    package static func look(_ input: ReceiveMessageInput, in call: inout Call) throws(ServiceError) -> Sight {
        let queue = try Queue.authorized(url: input.queueUrl, self.action, in: &call)
        let request = try ReceiveRequest(input)
        return try OpenQueue(queue, in: &call).look(
            attemptID: request.attemptID, polling: request.polling(of: queue.attributes), in: &call)
    }

    package static func place(_ input: ReceiveMessageInput) -> String { input.queueUrl }

    package static func isEmpty(_ output: ReceiveMessageOutput) -> Bool { output.messages?.isEmpty ?? true }

    package static func emptyOutput(_ input: ReceiveMessageInput) -> ReceiveMessageOutput { ReceiveMessageOutput() }
}
