internal import ApusBase
package import ApusService
internal import ApusStore

/// What operations and the worker do with the retention of groups.
extension Call {
    /// Makes the worker look at the group soon, from the beginning of its events.
    package mutating func scheduleRetention(of name: String, _ group: LogGroupRecord) throws(ServiceError) {
        try self.removeRetention(of: group)
        let record = LogRetentionRecord(account: self.account, region: self.region, name: name, due: self.now)
        try self.put(LogRetentionKey(group: group.id), record)
        try self.put(LogRetentionDueKey(due: record.due, group: group.id), Presence())
    }

    /// Events of the group no longer expire.
    package mutating func removeRetention(of group: LogGroupRecord) throws(ServiceError) {
        guard let record = try self.get(LogRetentionKey(group: group.id)) else { return }
        try self.delete(LogRetentionKey(group: group.id))
        try self.delete(LogRetentionDueKey(due: record.due, group: group.id))
    }
}
