internal import ApusBase

/// Every number of backups and of recovery to a point in time.
package enum BackupLimits {
    /// Milliseconds that a backup of a deleted table is kept: 35 days.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    package static let systemMilliseconds: Int64 = 35 * Timestamp.dayMilliseconds
    /// RecoveryPeriodInDays where none is given.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
    package static let recoveryDays = 35
    /// Backups in a page of ListBackups.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html
    package static let page = 100

    /// Items that are copied in one transaction, and their bytes; our own numbers, as are the others.
    package static let copiedItems = 500
    package static let copiedBytes = 1 << 20
    /// Old images that are removed in one transaction.
    package static let trimmed = 1_000
    /// Between two looks at what is too old in a table's history.
    package static let lookMilliseconds: Int64 = 900_000
    /// After which a backup that is over, but being restored, is looked at again.
    package static let retryMilliseconds: Int64 = 60_000
}
