/// The names of a queue's attributes.
///
/// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
package enum QueueAttribute: String, CaseIterable, Sendable {
    case policy = "Policy"
    case visibilityTimeout = "VisibilityTimeout"
    case maximumMessageSize = "MaximumMessageSize"
    case messageRetentionPeriod = "MessageRetentionPeriod"
    case approximateNumberOfMessages = "ApproximateNumberOfMessages"
    case approximateNumberOfMessagesNotVisible = "ApproximateNumberOfMessagesNotVisible"
    case createdTimestamp = "CreatedTimestamp"
    case lastModifiedTimestamp = "LastModifiedTimestamp"
    case queueArn = "QueueArn"
    case approximateNumberOfMessagesDelayed = "ApproximateNumberOfMessagesDelayed"
    case delaySeconds = "DelaySeconds"
    case receiveMessageWaitTimeSeconds = "ReceiveMessageWaitTimeSeconds"
    case redrivePolicy = "RedrivePolicy"
    case fifoQueue = "FifoQueue"
    case contentBasedDeduplication = "ContentBasedDeduplication"
    case kmsMasterKeyId = "KmsMasterKeyId"
    case kmsDataKeyReusePeriodSeconds = "KmsDataKeyReusePeriodSeconds"
    case deduplicationScope = "DeduplicationScope"
    case fifoThroughputLimit = "FifoThroughputLimit"
    case redriveAllowPolicy = "RedriveAllowPolicy"
    case sqsManagedSseEnabled = "SqsManagedSseEnabled"

    /// Whether callers may set it on some queue.
    package var isSettable: Bool {
        switch self {
        case .approximateNumberOfMessages, .approximateNumberOfMessagesNotVisible, .approximateNumberOfMessagesDelayed,
            .createdTimestamp, .lastModifiedTimestamp, .queueArn:
            false
        default: true
        }
    }

    /// Whether standard queues do not have it.
    package var isForFIFO: Bool {
        switch self {
        case .fifoQueue, .contentBasedDeduplication, .deduplicationScope, .fifoThroughputLimit: true
        default: false
        }
    }
}
