package import ApusBase
package import ApusService
internal import ApusStore
package import DynamoDBItems

extension TableRecord {
    /// When an item expires: at the second that its attribute names, a number; nil where it never does.
    package func expiry(of item: Item?) -> Timestamp? {
        guard let attribute = self.timeToLive, let text = item?[attribute]?.number?.text, let seconds = Int64(text),
            TimeToLiveLimits.seconds.contains(seconds)
        else { return nil }
        return Timestamp(milliseconds: seconds * 1000)
    }
}

/// Every number of time to live.
package enum TimeToLiveLimits {
    /// What a time can be: the years 1970 to 9999.
    package static let seconds: ClosedRange<Int64> = 0...253_402_300_799
    /// An item whose time is longer ago is no expired item but one with a strange number.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
    package static let oldestMilliseconds: Int64 = 5 * 365 * Timestamp.dayMilliseconds
    /// Between two looks at what has expired; our own number, as are the others. AWS: "within a few days".
    package static let restMilliseconds: Int64 = 60_000
    /// Items that are removed in one transaction.
    package static let removed = 100
}

extension Call {
    /// Keeps the order in which items expire; part of each change of an item.
    package mutating func noteExpiry(_ change: ItemChange, of table: OpenTable) throws(ServiceError) {
        guard table.record.timeToLive != nil else { return }
        let old = table.record.expiry(of: change.old)
        let new = table.record.expiry(of: change.new)
        guard old != new else { return }
        if let old { try self.delete(ExpiryKey(time: old, item: change.key)) }
        if let new { try self.put(ExpiryKey(time: new, item: change.key), Presence()) }
    }

    /// Begins to look after the expiry of a table's items, those that are there included.
    package mutating func startExpiry(of table: OpenTable) throws(ServiceError) {
        try self.put(ExpiryTableKey(table: table.id), ExpiryTable(table: table.reference))
        self.signal(ExpiryTableKey.channel)
    }
}
