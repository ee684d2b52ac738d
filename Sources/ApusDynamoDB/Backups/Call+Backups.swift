internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBItems

extension Call {
    /// Keeps an item as it was before a change, in the change's own transaction: for each copy that is being made, unless it has
    /// the item already, and for recovery to a point in time.
    package mutating func keepOld(_ change: ItemChange, of table: OpenTable) throws(ServiceError) {
        let backups = table.record.backups
        let old = change.old ?? .empty
        for copy in backups.copies {
            let key = change.key.moved(to: copy)
            if try !self.contains(key) { try self.put(key, StoredItem(old)) }
        }
        guard let history = backups.history else { return }
        let headKey = HistoryHeadKey(history: history.id)
        var head = try self.get(headKey) ?? HistoryHead(next: 1, time: history.since)
        head.time = max(head.time, self.now)
        let record = HistoryChange(time: head.time, at: change.key, old: old)
        try self.put(HistoryChangeKey(history: history.id, sequence: head.next), record)
        head.next += 1
        try self.put(headKey, head)
    }

    /// Begins a copy of a table as it is now, or as `phase` says.
    package mutating func startCopy(
        of table: inout OpenTable, as copy: UInt64, for purpose: CopyRecord.Purpose, from phase: CopyRecord.Phase
    ) throws(ServiceError) {
        table.record.backups.copies.append(copy)
        try self.put(table)
        let record = CopyRecord(table: table.reference, tableID: table.id, purpose: purpose, phase: phase)
        try self.put(CopyKey(copy: copy), record)
        self.signal(CopyKey.channel)
    }

    // MARK: Backups

    /// A key that no backup has, whatever was backed up within this millisecond.
    package mutating func newBackupKey(of table: TableReference) throws(ServiceError) -> BackupKey {
        while true {
            let suffix = self.entropy.identifier(alphabet: "0123456789abcdef", count: 8)
            let key = BackupKey(table: table, id: BackupRules.identifier(self.now, suffix: suffix))
            if try !self.contains(key) { return key }
        }
    }

    package mutating func backup(_ key: BackupKey) throws(ServiceError) -> BackupRecord {
        guard let record = try self.get(key) else {
            throw DynamoDBError.backupNotFound("Backup not found: \(key.arn)")
        }
        return record
    }

    /// Removes a backup with its items.
    package mutating func delete(_ key: BackupKey, _ record: BackupRecord) throws(ServiceError) {
        try self.clear(ItemKey.all(table: record.copy))
        try self.delete(key)
        if let expires = record.expires { try self.delete(BackupExpiryKey(time: expires, backup: key)) }
    }

    // MARK: Recovery to a point in time

    package mutating func startHistory(of table: inout OpenTable, days: Int) throws(ServiceError) {
        let history = TableBackups.History(id: self.entropy.nextUInt64(), since: self.now, days: days)
        table.record.backups.history = history
        let due = HistoryDueKey(time: self.now + BackupLimits.lookMilliseconds, history: history.id)
        try self.put(due, HistoryOwner(table: table.reference))
        self.signal(CopyKey.channel)
    }

    /// Forgets the history; its worker finds that out.
    package mutating func endHistory(of table: inout OpenTable) throws(ServiceError) {
        guard let history = table.record.backups.history else { return }
        try self.clear(HistoryChangeKey.all(history: history.id))
        try self.delete(HistoryHeadKey(history: history.id))
        table.record.backups.history = nil
    }

    /// Makes a backup of a table that is being deleted, where recovery to a point in time is on: its items stay where they are.
    /// Returns whether it did.
    package mutating func keepDeleted(_ table: OpenTable) throws(ServiceError) -> Bool {
        guard table.record.backups.history != nil else { return false }
        var ended = table
        try self.endHistory(of: &ended)
        let key = try self.newBackupKey(of: table.reference)
        let expires = self.now + BackupLimits.systemMilliseconds
        let counts = try self.counts(of: table.record)[nil] ?? ItemCounts()
        let record = BackupRecord(
            copy: table.id, name: "\(table.name)$DeletedTableBackup", kind: .system, created: self.now,
            expires: expires, counts: counts, table: ended.record)
        try self.put(key, record)
        try self.put(BackupExpiryKey(time: expires, backup: key), Presence())
        let copy = CopyRecord(
            table: table.reference, tableID: table.id, purpose: .backup(key), phase: .counting(last: nil))
        try self.put(CopyKey(copy: table.id), copy)
        self.signal(CopyKey.channel)
        return true
    }
}
