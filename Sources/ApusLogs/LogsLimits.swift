/// The numbers of CloudWatch Logs.
///
/// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html and the pages of the operations.
package enum LogsLimits {
    /// Bytes counted for each event beside its message (PutLogEvents).
    package static let eventOverheadBytes = 26
    /// Bytes of a PutLogEvents batch, messages in UTF-8 and overhead.
    package static let batchBytes = 1_048_576
    /// Events of a PutLogEvents batch.
    package static let batchEvents = 10_000
    /// Bytes of one event: its message and overhead (1 MiB since 2025).
    package static let eventBytes = 1_048_576
    /// Milliseconds between the first and the last event of a batch.
    package static let batchSpanMilliseconds: Int64 = 24 * 3_600_000
    /// Milliseconds that an event may be older than now.
    package static let oldestMilliseconds: Int64 = 14 * 24 * 3_600_000
    /// Milliseconds that an event may lie in the future.
    package static let newestMilliseconds: Int64 = 2 * 3_600_000
    /// Events that one answer carries at most, and when the caller names no limit.
    package static let pageEvents = 10_000
    /// Bytes of messages that one answer carries at most.
    package static let pageBytes = 1_048_576
    /// Groups or streams that one answer carries at most, and when the caller names no limit.
    package static let pageResources = 50
    /// Index entries that one FilterLogEvents call looks at before it answers what it has with a token. Our own.
    package static let scannedPerCall = 20_000
    /// Bytes of messages that it matches before it does so, times the passes that the pattern takes. Our own.
    package static let scannedBytesPerCall = 16 << 20
    /// Tags of a log group (TagResource).
    package static let tags = 50
    /// Metric filters of a log group.
    package static let metricFilters = 100
    /// Dimensions of a metric (PutMetricFilter).
    package static let metricDimensions = 3
    /// Subscription filters of a log group.
    package static let subscriptionFilters = 2
    /// Metric and subscription filters of a log group whose patterns have regular expressions.
    package static let regexFilters = 5
    /// Filters that DescribeMetricFilters looks at before it answers what it has with a token. Our own.
    package static let describedPerCall = 5_000
    /// Bytes of the event that a function is sent: those of Lambda's asynchronous invocation.
    package static let subscriptionBytes = 1_048_576
    /// What PutRetentionPolicy takes, in days.
    package static let retentionDays = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ]
    /// Events that the retention worker deletes in one transaction. Our own.
    package static let retentionBatch = 1_000
    /// Groups that the retention worker looks at in one transaction. Our own.
    package static let retentionGroups = 100
    /// Milliseconds between two looks at a group. Our own; AWS deletes within 72 hours.
    package static let retentionRoundMilliseconds: Int64 = 3_600_000
    /// Events of one update of a Live Tail session (StartLiveTail).
    package static let tailUpdateEvents = 500
    /// Milliseconds between two updates (StartLiveTail).
    package static let tailUpdateMilliseconds: Int64 = 1_000
    /// Updates that are kept for a client who takes them too slowly (StartLiveTail).
    package static let tailUpdatesBehind: Int64 = 10
    /// Milliseconds that a session is open at most: three hours (StartLiveTail).
    package static let tailMilliseconds: Int64 = 3 * 3_600_000
    /// Sessions of an account in a region at one time. Our own: AWS's quota is not on its page of quotas.
    package static let tailSessions = 15
    /// Bytes of events that a session keeps until its next update. Our own; an update escaped as JSON must be below 24 MiB.
    package static let tailBacklogBytes = 2 << 20
    /// Milliseconds that workers rest when there is nothing to do. Our own.
    package static let restMilliseconds: Int64 = 60_000
}
