/// The names of the attributes that SQS itself gives a message.
package enum SystemAttribute: String, CaseIterable, Sendable {
    case senderID = "SenderId"
    case sentTimestamp = "SentTimestamp"
    case approximateReceiveCount = "ApproximateReceiveCount"
    case approximateFirstReceiveTimestamp = "ApproximateFirstReceiveTimestamp"
    case sequenceNumber = "SequenceNumber"
    case messageDeduplicationID = "MessageDeduplicationId"
    case messageGroupID = "MessageGroupId"
    case traceHeader = "AWSTraceHeader"
    case deadLetterQueueSourceARN = "DeadLetterQueueSourceArn"
}
