import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
@Suite struct RecoveryTests {
    private let bench = DynamoDBBench()
    private let worker: WorkerRun

    init() { self.worker = WorkerRun(BackupWorker(), host: self.bench.bench.host) }

    private var now: Int64 { self.bench.bench.clock.now.milliseconds / 1_000 }

    @discardableResult
    private func recovery(_ isOn: Bool = true, days: Int? = nil) throws -> PointInTimeRecoveryDescription {
        let more = days.map { #","RecoveryPeriodInDays":\#($0)"# } ?? ""
        let json =
            #"{"TableName":"table","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":\#(isOn)\#(more)}}"#
        let output = try self.bench.run(UpdateContinuousBackups.self, json)
        #expect(output.continuousBackupsDescription?.continuousBackupsStatus == "ENABLED")
        return try #require(output.continuousBackupsDescription?.pointInTimeRecoveryDescription)
    }

    private func restore(_ time: String, as name: String = "restored") -> String? {
        let json = #"{"SourceTableName":"table","TargetTableName":"\#(name)",\#(time)}"#
        let refusal = self.bench.refusal(RestoreTableToPointInTime.self, json)
        self.bench.bench.driver.settle()
        return refusal
    }

    private func names(_ table: String = "restored") throws -> [String] {
        let items = try self.bench.run(Scan.self, #"{"TableName":"\#(table)"}"#).items ?? []
        return items.compactMap { ($0.item["pk"]?.string ?? "") + ($0.item["v"]?.string ?? "") }.sorted()
    }

    private func put(_ name: String, _ version: Int) throws {
        try self.bench.put(#"{"pk":{"S":"\#(name)"},"v":{"S":"\#(version)"}}"#)
    }

    private func kept() throws -> Int {
        try self.bench.bench.transact { (call) throws(ServiceError) in
            try call.count(HistoryChangeKey.range(), limit: 1_000)
        }
    }

    @Test func `a table can be had as it was at any second`() throws {
        try self.bench.create()
        try self.put("before", 1)
        try self.recovery()
        let start = self.now
        try self.put("a", 0)
        for second in 1...5 {
            self.bench.bench.advance(seconds: 1)
            try self.put("a", second)
            if second == 3 {
                _ = try self.bench.run(DeleteItem.self, #"{"TableName":"table","Key":{"pk":{"S":"before"}}}"#)
            }
        }
        self.bench.bench.advance(seconds: 1)
        for second in 0...5 {
            let name = "restored-\(second)"
            #expect(self.restore(#""RestoreDateTime":\#(start + Int64(second))"#, as: name) == nil)
            #expect(try self.names(name) == ["a\(second)"] + (second < 3 ? ["before1"] : []))
        }
        #expect(self.restore(#""UseLatestRestorableTime":true"#, as: "latest") == nil)
        #expect(try self.names("latest") == ["a5"])
        let table = try self.bench.run(DescribeTable.self, #"{"TableName":"latest"}"#).table
        #expect(table?.restoreSummary?.sourceTableArn == "arn:aws:dynamodb:eu-west-1:123456789012:table/table")
        #expect(self.worker.failures == 0)
    }

    @Test func `without recovery nothing is kept, and what was is gone when it is switched off`() throws {
        try self.bench.create()
        try self.put("a", 1)
        #expect(try self.kept() == 0)
        #expect(
            self.restore(#""UseLatestRestorableTime":true"#)?.hasPrefix("PointInTimeRecoveryUnavailableException")
                == true)
        #expect(try self.recovery().pointInTimeRecoveryStatus == "ENABLED")
        try self.put("a", 2)
        #expect(try self.kept() == 1)
        #expect(
            try self.recovery(false) == PointInTimeRecoveryDescription(pointInTimeRecoveryStatus: "DISABLED"))
        #expect(try self.kept() == 0)
        try self.put("a", 3)
        #expect(try self.kept() == 0)
    }

    @Test func `the window is as long as it was asked for, and a longer one does not bring back what is gone`() throws {
        try self.bench.create()
        let start = self.bench.bench.clock.now
        let first = try self.recovery(days: 1)
        #expect(first.recoveryPeriodInDays == 1 && first.earliestRestorableDateTime == start)
        try self.put("a", 1)
        self.bench.bench.advance(seconds: 2 * 86_400)
        try self.put("a", 2)
        self.bench.bench.advance(seconds: 3_600)
        #expect(try self.kept() == 1)
        let outside = #""RestoreDateTime":\#(self.now - 86_401)"#
        #expect(self.restore(outside)?.hasPrefix("InvalidRestoreTimeException") == true)
        #expect(
            self.restore(#""RestoreDateTime":\#(self.now + 1)"#)?.hasPrefix("InvalidRestoreTimeException") == true)
        #expect(try self.recovery().recoveryPeriodInDays == 35)
        #expect(self.restore(outside)?.hasPrefix("InvalidRestoreTimeException") == true)
        #expect(self.restore(#""RestoreDateTime":\#(self.now - 86_399)"#) == nil)
        #expect(try self.names() == ["a1"])
        #expect(self.worker.failures == 0)
    }

    @Test func `a period has one to 35 days`() throws {
        try self.bench.create()
        for days in [0, 36] {
            let json =
                #"{"TableName":"table","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":\#(days)}}"#
            #expect(
                self.bench.refusal(UpdateContinuousBackups.self, json)?.hasPrefix("ValidationException") == true)
        }
    }

    @Test func `a deleted table with recovery is kept as a system backup for 35 days`() throws {
        try self.bench.create()
        try self.recovery()
        try self.put("a", 1)
        try self.put("b", 1)
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        try self.bench.create()
        self.bench.bench.driver.settle()
        #expect(try self.names("table") == [])
        #expect(try self.kept() == 0)
        let found = try self.bench.run(ListBackups.self, #"{"BackupType":"SYSTEM"}"#).backupSummaries?.first
        let backup = try #require(found)
        #expect(backup.backupName == "table$DeletedTableBackup" && backup.backupStatus == "AVAILABLE")
        #expect(try self.bench.run(ListBackups.self, "{}").backupSummaries?.isEmpty == true)
        let arn = try #require(backup.backupArn)
        _ = try self.bench.run(
            RestoreTableFromBackup.self, #"{"TargetTableName":"restored","BackupArn":"\#(arn)"}"#)
        self.bench.bench.driver.settle()
        #expect(try self.names() == ["a1", "b1"])
        self.bench.bench.advance(seconds: 35 * 86_400 + 1)
        #expect(
            self.bench.refusal(DescribeBackup.self, #"{"BackupArn":"\#(arn)"}"#)?.hasPrefix("BackupNotFoundException")
                == true)
        #expect(try self.names() == ["a1", "b1"])
        let items = try self.bench.bench.transact { (call) throws(ServiceError) in
            try call.count(ItemKey.range(), limit: 10)
        }
        #expect(items == 2)
        #expect(self.worker.failures == 0)
    }

    @Test func `two tables of one name that are deleted in one millisecond leave a backup each`() throws {
        for count in 1...2 {
            try self.bench.create()
            try self.recovery()
            for number in 0..<count { try self.put("a\(number)", 1) }
            _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        }
        self.bench.bench.driver.settle()
        let found = try self.bench.run(ListBackups.self, #"{"BackupType":"SYSTEM"}"#).backupSummaries ?? []
        #expect(Set(found.map(\.backupCreationDateTime)).count == 1)
        let counts = try found.map { backup in
            let json = #"{"BackupArn":"\#(backup.backupArn ?? "")"}"#
            return try self.bench.run(DescribeBackup.self, json).backupDescription?.sourceTableDetails?.itemCount
        }
        #expect(counts.compactMap { $0 }.sorted() == [1, 2])
    }
}
