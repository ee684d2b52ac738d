internal import ApusBase

/// Every number of streams.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html and
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html, unless said otherwise.
package enum StreamLimits {
    /// For which records are kept, and a stream that was switched off.
    package static let retentionMilliseconds: Int64 = Timestamp.dayMilliseconds
    /// After which a shard is followed by its child.
    package static let shardMilliseconds: Int64 = 4 * 3_600_000
    /// For which a shard iterator is good.
    package static let iteratorMilliseconds: Int64 = 15 * 60_000
    /// Records and bytes that GetRecords answers at most.
    package static let readRecords = 1_000
    package static let readBytes = 1 << 20
    /// Streams and shards in a page of ListStreams and DescribeStream.
    package static let page = 100
    /// Between two looks of the worker at one stream; our own number.
    package static let lookMilliseconds: Int64 = 15 * 60_000
    /// Records that are removed in one transaction; our own number.
    package static let trimmed = 1_000
}
