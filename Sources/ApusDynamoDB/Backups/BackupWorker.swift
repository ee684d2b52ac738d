internal import ApusBase
package import ApusService
package import ApusStore
internal import DynamoDBItems

/// Copies tables, fills restored ones, removes backups that are over and old images that nobody can ask for; some in each
/// transaction.
///
/// How far it is stands in the store, in the transaction of what it did: killed between two batches it goes on where it was.
package struct BackupWorker: Worker {
    /// Items of one transaction.
    private let batch: Int

    package init(batch: Int = BackupLimits.copiedItems) { self.batch = batch }

    package var name: String { "dynamodb-backups" }
    package var channel: Channel? { CopyKey.channel }

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        if let (key, copy) = try call.first(CopyKey.range()) {
            try self.goOn(key, copy, in: &call)
            return .more
        }
        if let (key, restore) = try call.first(RestoreKey.range()) {
            try self.goOn(key, restore, in: &call)
            return .more
        }
        let expiry = try call.first(BackupExpiryKey.range())?.key
        if let expiry, expiry.time <= call.now {
            try Self.expire(expiry, in: &call)
            return .more
        }
        let due = try call.first(HistoryDueKey.range())
        if let due, due.key.time <= call.now {
            try Self.trim(due.key, due.value, in: &call)
            return .more
        }
        guard let next = [expiry?.time, due?.key.time].compactMap({ $0 }).min() else { return .idle }
        return .sleep(until: next)
    }

    // MARK: Copies

    private func goOn(_ key: CopyKey, _ copy: CopyRecord, in call: inout Call) throws(ServiceError) {
        var copy = copy
        switch copy.phase {
        case .history(let id, let end, let time):
            copy.phase = try self.goBack(to: time, in: id, before: end, for: key.copy, in: &call)
        case .items(let last):
            let (items, isLast) = try self.items(of: copy.tableID, after: last, in: &call)
            for (place, item) in items {
                let own = place.moved(to: key.copy)
                if try !call.contains(own) { try call.put(own, StoredItem(item)) }
            }
            copy.phase = isLast ? .counting(last: nil) : .items(last: items.last?.key ?? last)
            if isLast, var record = try call.get(copy.table.key), record.id == copy.tableID {
                record.backups.copies.removeAll { $0 == key.copy }
                try call.put(copy.table.key, record)
            }
        case .counting(let last):
            let (items, isLast) = try self.items(of: key.copy, after: last, in: &call)
            for (place, item) in items {
                if item.isEmpty {
                    try call.delete(place)
                } else {
                    copy.counts.items += 1
                    copy.counts.bytes += item.size
                }
            }
            if isLast { return try Self.finish(key, copy, in: &call) }
            copy.phase = .counting(last: items.last?.key ?? last)
        }
        try call.put(key, copy)
    }

    /// Puts the old images of changes after `time` into the copy, the latest first: what is left of an item is what it was before
    /// the first of them.
    private func goBack(
        to time: Timestamp, in history: UInt64, before end: UInt64, for copy: UInt64, in call: inout Call
    ) throws(ServiceError) -> CopyRecord.Phase {
        var changes: [(key: HistoryChangeKey, change: HistoryChange)] = []
        var bytes = 0
        var isDone = true
        let range = HistoryChangeKey.all(history: history).before(HistoryChangeKey(history: history, sequence: end))
        try call.scan(range, direction: .backward) { key, change in
            guard change.time > time else { return .stop }
            guard changes.count < self.batch, bytes < BackupLimits.copiedBytes else {
                isDone = false
                return .stop
            }
            changes.append((key, change))
            bytes += change.old.bytes.count
            return .next
        }
        for (_, change) in changes {
            try call.put(change.place.moved(to: copy), StoredItem(change.old))
        }
        if isDone { return .items(last: nil) }
        return .history(id: history, end: changes.last?.key.sequence ?? end, time: time)
    }

    private static func finish(_ key: CopyKey, _ copy: CopyRecord, in call: inout Call) throws(ServiceError) {
        try call.delete(key)
        switch copy.purpose {
        case .backup(let backup):
            guard var record = try call.get(backup) else { return }
            record.status = .available
            record.counts = copy.counts
            try call.put(backup, record)
        case .restore(let target, let id):
            try call.put(RestoreKey(table: id), RestoreRecord(target: target, copy: key.copy, backup: nil))
        }
    }

    // MARK: Restores

    private func goOn(_ key: RestoreKey, _ restore: RestoreRecord, in call: inout Call) throws(ServiceError) {
        var restore = restore
        guard var record = try call.get(restore.target.key), record.id == key.table else {
            return try call.delete(key)
        }
        let table = OpenTable(restore.target, record)
        let (items, isLast) = try self.items(of: restore.copy, after: restore.last, in: &call)
        for (place, item) in items {
            _ = try call.apply(ItemChange(place.moved(to: record.id), from: nil, to: item), to: table)
        }
        guard isLast else {
            restore.last = items.last?.key ?? restore.last
            return try call.put(key, restore)
        }
        record.backups.origin?.inProgress = false
        try call.put(restore.target.key, record)
        try call.delete(key)
        if let backup = restore.backup {
            guard var record = try call.get(backup) else { return }
            record.restores -= 1
            try call.put(backup, record)
        } else {
            try call.clear(ItemKey.all(table: restore.copy))
        }
    }

    private func items(
        of table: UInt64, after last: ItemKey?, in call: inout Call
    ) throws(ServiceError) -> (items: [(key: ItemKey, item: Item)], isLast: Bool) {
        var items: [(key: ItemKey, item: Item)] = []
        var bytes = 0
        var isLast = true
        let all = ItemKey.all(table: table)
        try call.scan(last.map { all.after($0.moved(to: table)) } ?? all) { key, stored in
            guard items.count < self.batch, bytes < BackupLimits.copiedBytes else {
                isLast = false
                return .stop
            }
            items.append((key, stored.item))
            bytes += stored.item.bytes.count
            return .next
        }
        return (items, isLast)
    }

    // MARK: What is over

    private static func expire(_ key: BackupExpiryKey, in call: inout Call) throws(ServiceError) {
        try call.delete(key)
        guard var record = try call.get(key.backup) else { return }
        guard record.restores == 0 else {
            let later = call.now + BackupLimits.retryMilliseconds
            record.expires = later
            try call.put(key.backup, record)
            return try call.put(BackupExpiryKey(time: later, backup: key.backup), Presence())
        }
        try call.delete(key.backup, record)
    }

    /// Removes a batch of the old images that are out of the window.
    private static func trim(_ due: HistoryDueKey, _ owner: HistoryOwner, in call: inout Call) throws(ServiceError) {
        try call.delete(due)
        guard let record = try call.get(owner.table.key), let history = record.backups.history,
            history.id == due.history
        else { return }
        var old: [HistoryChangeKey] = []
        let earliest = history.earliest(call.now)
        // A restore may be on its way through it.
        if record.backups.copies.isEmpty {
            try call.scan(HistoryChangeKey.all(history: history.id)) { key, change in
                guard change.time <= earliest, old.count < BackupLimits.trimmed else { return .stop }
                old.append(key)
                return .next
            }
        }
        for key in old { try call.delete(key) }
        let isWhole = old.count < BackupLimits.trimmed
        let next = isWhole ? call.now + BackupLimits.lookMilliseconds : call.now
        try call.put(HistoryDueKey(time: next, history: history.id), owner)
    }
}
