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
}
