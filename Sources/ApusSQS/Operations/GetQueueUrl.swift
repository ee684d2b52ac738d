package import ApusService

/// Answers the URL of the queue with that name.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html
package enum GetQueueUrl: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetQueueUrlInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "perform demands the action on the queue, where it looks it up with its policy")
    }

    package static func perform(_ input: GetQueueUrlInput, in call: inout Call) throws(ServiceError)
        -> GetQueueUrlOutput
    {
        let key = QueueKey(
            account: input.queueOwnerAWSAccountId ?? call.account, region: call.region, name: input.queueName)
        _ = try Queue.authorized(key, "sqs:GetQueueUrl", in: &call)
        return GetQueueUrlOutput(
            queueUrl: QueueURL(account: key.account, name: key.name).text(endpoint: call.context.endpoint))
    }
}
