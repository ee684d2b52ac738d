/// Why the store could not do what it was asked. A caller's own mistakes are never a `StoreError`.
@usableFromInline package enum StoreError: Error, Equatable, Sendable {
    /// The write queue is full. Nothing was written; trying again later may succeed.
    case overloaded
    /// A record or key does not decode: damage, or a newer release's data. Names the tag.
    case corrupt(KeyTag, reason: String)
    /// Free disk space is under the floor: reads go on, writes are refused. Nothing was written.
    case full
    /// The write failed below us. Whether it will be there after recovery is unknown.
    case unknownOutcome(reason: String)
    /// The store recovers from a failed write, or is closed. Nothing was written.
    case unavailable(reason: String)
    /// One body read or wrote more than its budget. Nothing was written.
    case budgetExceeded(reason: String)
    /// A read failed below us.
    case unreadable(reason: String)
    /// A key is longer than every engine allows (`StoreLimits.keyBytes`).
    case keyTooLong(KeyTag)
}
