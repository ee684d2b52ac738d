internal import ApusBase
package import ApusService
internal import ApusStore

/// Lists the account's queues in the region, in the order of their names.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
package enum ListQueues: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListQueuesInput, in call: inout Call) throws(ServiceError) -> Demands {
        let arn = Queue.arn(QueueKey(account: call.account, region: call.region, name: "*"))
        return Demands(Demand("sqs:ListQueues", on: arn, account: call.account))
    }

    package static func perform(_ input: ListQueuesInput, in call: inout Call) throws(ServiceError) -> ListQueuesOutput
    {
        if let results = input.maxResults, !SQSLimits.listResults.contains(results) {
            throw CommonError.invalidParameterValue(
                "Value \(results) for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 "
                    + "and 1000.")
        }
        let account = call.account
        let region = call.region
        let limit = input.maxResults ?? SQSLimits.listResults.upperBound
        let prefix = input.queueNamePrefix ?? ""
        var range = QueueKey.range { (encoder) in
            encoder.append(account)
            encoder.append(region)
        }.from(QueueKey(account: account, region: region, name: prefix))
        if let token = input.nextToken { range = range.after(try self.key(token, account, region)) }
        var names: [String] = []
        var isWhole = true
        try call.scan(range) { key, _ in
            guard key.name.hasPrefix(prefix) else { return .stop }
            guard names.count < limit else {
                isWhole = false
                return .stop
            }
            names.append(key.name)
            return .next
        }
        let endpoint = call.context.endpoint
        let urls = names.map { name in QueueURL(account: account, name: name).text(endpoint: endpoint) }
        // A token is answered to those only who asked for pages.
        let token = isWhole || input.maxResults == nil ? nil : names.last.map { Base64.encode(Array($0.utf8)) }
        return ListQueuesOutput(queueUrls: urls.isEmpty ? nil : urls, nextToken: token)
    }

    /// The queue that a token says the last page ended with.
    static func key(_ token: String, _ account: String, _ region: String) throws(ServiceError) -> QueueKey {
        guard let bytes = Base64.decode(token), let name = String(validating: bytes, as: UTF8.self) else {
            throw CommonError.invalidParameterValue("Invalid or expired next token.")
        }
        return QueueKey(account: account, region: region, name: name)
    }
}
