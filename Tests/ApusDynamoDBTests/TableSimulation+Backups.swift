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
    /// A backup of a table, and in the same transaction a look at it. Nobody waits until it is made.
    func backUp() {
        let table = self.below(3) == 0 ? "other" : "items"
        let input = CreateBackupInput(tableName: table, backupName: "backup")
        let ledger = Backups(self)
        self.server.bench.host.write(
            self.server.bench.context(),
            { (call) throws(ServiceError) -> (arn: String, items: Set<Item>) in
                let picture = try TablePicture(table, in: &call)
                return (try CreateBackup.perform(input, in: &call).backupDetails?.backupArn ?? "", picture.items)
            },
            // What fails is refused, since another copy is made, or met a fault.
            completion: { result in if case .success(let made) = result { ledger.add(made) } })
        for _ in 0..<self.below(4) { _ = self.server.bench.driver.runOne() }
    }

    private final class Backups: @unchecked Sendable {
        // SAFETY: a simulation has one thread.
        private let simulation: TableSimulation
        init(_ simulation: TableSimulation) { self.simulation = simulation }
        func add(_ made: (arn: String, items: Set<Item>)) { self.simulation.backups.withLock { $0.append(made) } }
        func forget(_ name: String) { self.simulation.awaited.withLock { $0.removeAll { $0.name == name } } }
    }

    func restore() {
        self.restores += 1
        let name = "restored-\(self.restores)"
        let backups = self.backups.withLock { $0 }
        if self.below(2) == 0, !backups.isEmpty {
            self.restore(backups[self.below(backups.count)], as: name)
        } else {
            self.recover(as: name)
        }
    }

    private func restore(_ backup: (arn: String, items: Set<Item>), as name: String) {
        let input = RestoreTableFromBackupInput(targetTableName: name, backupArn: backup.arn)
        self.begin(AwaitedTable(name: name, expected: .items(backup.items))) { (call) throws(ServiceError) in
            _ = try RestoreTableFromBackup.perform(input, in: &call)
        }
    }

    /// To a moment at which something was done, or to the last one before it, but not to this one: what is done in this
    /// millisecond may still become more.
    private func recover(as name: String) {
        guard let first = self.moments.first else { return }
        let moment = self.moments[self.below(self.moments.count)] - Int64(self.below(2))
        let time = max(first, moment)
        guard time < self.clock.now else { return }
        var input = RestoreTableToPointInTimeInput(targetTableName: name)
        input.sourceTableName = "items"
        input.restoreDateTime = time
        let asked = input
        self.begin(AwaitedTable(name: name, expected: .moment(time))) { (call) throws(ServiceError) in
            _ = try RestoreTableToPointInTime.perform(asked, in: &call)
        }
    }

    private func begin(_ table: AwaitedTable, _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Void) {
        let ledger = Backups(self)
        self.awaited.withLock { $0.append(table) }
        self.server.bench.host.write(self.server.bench.context(), body) { result in
            // Where nobody knows, the table may be there.
            if case .failure(let error) = result, error.apiError != nil { ledger.forget(table.name) }
        }
        for _ in 0..<self.below(4) { _ = self.server.bench.driver.runOne() }
    }

    /// Looks at the tables that are ready, and deletes them.
    func judgeRestored(_ pictures: [TablePicture]) {
        let awaited = self.awaited.withLock { awaited in
            defer { awaited = [] }
            return awaited
        }
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
                self.awaited.withLock { $0.append(table) }
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
        let backups = self.backups.withLock { $0 }
        for (place, backup) in backups.enumerated() {
            let described = try self.server.run(DescribeBackup.self, #"{"BackupArn":"\#(backup.arn)"}"#)
                .backupDescription
            self.ledger.withLock { ledger in
                ledger.expect(described?.backupDetails?.backupStatus == "AVAILABLE", "a backup is never available")
                let count = described?.sourceTableDetails?.itemCount
                ledger.expect(count == backup.items.count, "a backup is said to have \(count ?? -1) items")
            }
            self.restore(backup, as: "last-\(place)")
        }
        self.server.bench.driver.settle()
        try self.audit()
        self.ledger.withLock { ledger in
            ledger.expect(self.awaited.withLock { $0.isEmpty }, "a table is never restored")
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
