internal import ApusBase
package import ApusService
internal import ApusStore

/// Lists the queues whose dead-letter queue this is, in the order of their names.
///
/// Reads through the queues of the account and Region, where all sources are: O(queues). An index was the alternative;
/// it would have to be built for queues that are there already, for an operation that people call by hand.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html
package enum ListDeadLetterSourceQueues: QueueOperation {
    package typealias Input = ListDeadLetterSourceQueuesInput
    package typealias Output = ListDeadLetterSourceQueuesOutput
    package static let access = OperationAccess.read
    package static let action = "sqs:ListDeadLetterSourceQueues"
    package static func queueURL(_ input: ListDeadLetterSourceQueuesInput) -> String { input.queueUrl }

    package static func perform(
        _ input: ListDeadLetterSourceQueuesInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> ListDeadLetterSourceQueuesOutput {
        if let results = input.maxResults, !SQSLimits.listResults.contains(results) {
            throw CommonError.invalidParameterValue(
                "Value \(results) for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 "
                    + "and 1000.")
        }
        let account = queue.key.account
        let region = queue.key.region
        let limit = input.maxResults ?? SQSLimits.listResults.upperBound
        // Who asked for no pages gets no token, and so must be answered in one go.
        let mostLooks = input.maxResults == nil ? Int.max : SQSLimits.sourcesPerPage
        var range = QueueKey.range { (encoder) in
            encoder.append(account)
            encoder.append(region)
        }
        if let token = input.nextToken { range = range.after(try ListQueues.key(token, account, region)) }
        let target = queue.arn
        var names: [String] = []
        var looks = 0
        var last = ""
        var isWhole = true
        try call.scan(range) { key, record in
            let isSource = record.attributes.redrive?.target == target
            guard looks < mostLooks, !isSource || names.count < limit else {
                isWhole = false
                return .stop
            }
            looks += 1
            last = key.name
            if isSource { names.append(key.name) }
            return .next
        }
        let endpoint = call.context.endpoint
        let urls = names.map { name in QueueURL(account: account, name: name).text(endpoint: endpoint) }
        let token = isWhole || input.maxResults == nil ? nil : Base64.encode(Array(last.utf8))
        return ListDeadLetterSourceQueuesOutput(queueUrls: urls, nextToken: token)
    }
}
