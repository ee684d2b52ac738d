import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Synchronization

@testable import ApusDynamoDB

/// A table that is made of another one, and what it must have.
struct AwaitedTable {
    enum Expected {
        case items(Set<Item>)
        /// What `items` had at that moment, as its stream tells it.
        case moment(Timestamp)
    }

    let name: String
    let expected: Expected
}

/// Backups and restores at random moments, amid everything else.
extension TableSimulation {
    /// A backup of a table, and in the same transaction a look at it.
    func backUp() {
        let table = self.below(3) == 0 ? "other" : "items"
        let input = CreateBackupInput(tableName: table, backupName: "backup")
        // What fails is refused, since another copy is made, or met a fault.
        guard
            let (arn, items) = try? self.server.bench.transact({ (call) throws(ServiceError) -> (String, Set<Item>) in
                let picture = try TablePicture(table, in: &call)
                return (try CreateBackup.perform(input, in: &call).backupDetails?.backupArn ?? "", picture.items)
            })
        else { return }
        self.backups.append((arn, table, items))
    }

    func restore() {
        self.restores += 1
        let name = "restored-\(self.restores)"
        if self.below(2) == 0, !self.backups.isEmpty {
            self.restore(self.below(self.backups.count), as: name)
        } else {
            self.recover(as: name)
        }
    }

    private func restore(_ backup: Int, as name: String) {
        let input = RestoreTableFromBackupInput(targetTableName: name, backupArn: self.backups[backup].arn)
        self.begin(AwaitedTable(name: name, expected: .items(self.backups[backup].items))) {
            (call) throws(ServiceError) in
            _ = try RestoreTableFromBackup.perform(input, in: &call)
        }
    }

    /// To a moment before this one: what is done in this millisecond may still become more.
    private func recover(as name: String) {
        let first: Int64 = 1_767_225_600_000
        let passed = Int(self.clock.now.milliseconds - first)
        guard passed > 0 else { return }
        let time = Timestamp(milliseconds: first + Int64(self.below(passed)))
        var input = RestoreTableToPointInTimeInput(targetTableName: name)
        input.sourceTableName = "items"
        input.restoreDateTime = time
        let asked = input
        self.begin(AwaitedTable(name: name, expected: .moment(time))) { (call) throws(ServiceError) in
            _ = try RestoreTableToPointInTime.perform(asked, in: &call)
        }
    }

    private func begin(_ table: AwaitedTable, _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Void) {
        do throws(ServiceError) {
            try self.server.bench.transact(body)
        } catch {
            // Refused; where nobody knows, the table may be there.
            if error.apiError != nil { return }
        }
        self.awaited.append(table)
    }

    /// Looks at the tables that are ready, and deletes them.
    func judgeRestored(_ pictures: [TablePicture]) {
        let awaited = self.awaited
        self.awaited = []
        for table in awaited {
            let look: TablePicture??
            do throws(ServiceError) {
                look = try self.server.bench.transact { (call) throws(ServiceError) -> TablePicture?? in
                    guard let record = try call.get(try TableReference(table.name, in: call).key) else { return nil }
                    return record.backups.isRestoring ? .some(nil) : try TablePicture(table.name, in: &call)
                }
            } catch {
                look = .some(nil)
            }
            guard let found = look else { continue }
            guard let picture = found else {
                self.awaited.append(table)
                continue
            }
            self.judge(picture, table, pictures)
            let input = DeleteTableInput(tableName: table.name)
            _ = try? self.server.bench.transact { (call) throws(ServiceError) in
                _ = try DeleteTable.perform(input, in: &call)
            }
        }
    }

    private func judge(_ picture: TablePicture, _ table: AwaitedTable, _ pictures: [TablePicture]) {
        switch table.expected {
        case .items(let items):
            self.ledger.withLock { $0.judge(restored: picture, items, "a backup") }
        case .moment(let time):
            var items: [Item: Item] = [:]
            let changes = pictures.first { $0.name == "items" }?.changes ?? []
            for change in changes where change.time <= time { items[change.keys] = change.newImage }
            let isEarlier = changes.contains { $0.time > time }
            self.ledger.withLock { ledger in
                ledger.judge(restored: picture, Set(items.values), "the table at \(time.milliseconds)")
                if isEarlier { ledger.summary.recovered += 1 }
            }
        }
    }

    /// Restores every backup once more, removes them all, and looks at what is left in the store.
    func finishBackups() throws {
        self.server.bench.driver.settle()
        for (place, backup) in self.backups.enumerated() {
            let described = try self.server.run(DescribeBackup.self, #"{"BackupArn":"\#(backup.arn)"}"#)
                .backupDescription
            self.ledger.withLock { ledger in
                ledger.expect(described?.backupDetails?.backupStatus == "AVAILABLE", "a backup is never available")
                let count = described?.sourceTableDetails?.itemCount
                ledger.expect(count == backup.items.count, "a backup is said to have \(count ?? -1) items")
            }
            self.restore(place, as: "last-\(place)")
        }
        self.server.bench.driver.settle()
        try self.audit()
        self.ledger.withLock { ledger in
            ledger.expect(self.awaited.isEmpty, "tables are never restored: \(self.awaited.map(\.name))")
        }
        let all = try self.server.run(ListBackups.self, #"{"BackupType":"ALL"}"#).backupSummaries ?? []
        for backup in all {
            _ = try self.server.run(DeleteBackup.self, #"{"BackupArn":"\#(backup.backupArn ?? "")"}"#)
        }
        let left = try self.server.bench.transact { (call) throws(ServiceError) -> [Int] in
            let tables = try call.page(TableKey.range(), limit: 1_000).map(\.value)
            var known = 0
            for table in tables { known += try call.count(ItemKey.all(table: table.id), limit: 100_000) }
            return [
                try call.count(ItemKey.range(), limit: 100_000) - known, try call.count(CopyKey.range(), limit: 10),
                try call.count(RestoreKey.range(), limit: 10), tables.count,
            ]
        }
        self.ledger.withLock { $0.expect(left.prefix(3).allSatisfy { $0 == 0 }, "backups left something: \(left)") }
    }
}
