/// Every number of DynamoDB.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html and Constraints.html, unless
/// said otherwise.
package enum DynamoDBLimits {
    /// Characters of the name of a table or an index.
    package static let nameCharacters = 3...255
    package static let localIndexes = 5
    package static let globalIndexes = 20
    /// Hash attributes of a global index, and sort attributes.
    package static let indexKeyAttributes = 4
    /// Attributes that all indexes of a table project by name (INCLUDE).
    package static let projectedAttributes = 100
    package static let tags = 50
    /// Of a resource's policy, blanks counted: 20 KB.
    package static let policyBytes = 20 << 10
    /// Names in a page of ListTables.
    package static let tablesPerPage = 100

    /// Bytes that one unit of capacity reads.
    package static let readUnitBytes = 4096
    /// Bytes that one unit of capacity writes.
    package static let writeUnitBytes = 1024

    /// Bytes of items after which a page of Query or Scan ends.
    package static let pageBytes = 1 << 20
    /// Items after which a page ends, however small they are; our own number, since a transaction reads so many keys at most.
    package static let pageItems = 100_000
    package static let batchGetItems = 100
    package static let batchWriteItems = 25
    /// Bytes of all items that BatchGetItem answers; the rest is unprocessed.
    package static let batchGetBytes = 16 << 20
    /// Bytes of the items of one transaction.
    package static let transactionBytes = 4 << 20
    /// Milliseconds for which a client request token is known.
    package static let tokenMilliseconds: Int64 = 600_000

    /// What an account may provision: units that DescribeLimits answers.
    package static let accountReadUnits = 80_000
    package static let accountWriteUnits = 80_000
    package static let tableReadUnits = 40_000
    package static let tableWriteUnits = 40_000

    /// Seconds for which provisioned throughput is kept that nobody used.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
    package static let burstSeconds = 300.0
    /// The same for tables on demand; AWS says that there is a burst, not how long. Our own number.
    package static let onDemandBurstSeconds = 1.0
    /// Decreases of provisioned throughput in a day (UTC) before each must wait for so many seconds after the last.
    package static let freeDecreases = 4
    package static let decreasePauseSeconds: Int64 = 3_600
    /// Times in 24 hours that a table may go on demand.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-switching-capacity-modes.html
    package static let switchesToOnDemand = 4

    /// What a table on demand can take at once.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
    package static let warmReadUnits = 12_000
    package static let warmWriteUnits = 4_000

    /// Minutes for which clients may keep what DescribeEndpoints answers; our own number.
    package static let endpointMinutes = 1440

    /// Items that are put into a new index in one transaction, and their bytes.
    package static let filledItems = 500
    package static let filledBytes = 1 << 20

    /// Items that DescribeTable counts before it estimates the rest, and their bytes.
    package static let countedItems = 1_000
    package static let countedBytes = 1 << 20
    /// Items of one item collection that are added up for ItemCollectionMetrics.
    package static let measuredItems = 10_000
}
