import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Backup-and-Restore.html
@Suite struct BackupTests {
    private let bench = DynamoDBBench()

    /// The worker begins when a test wants it to.
    private func worker() -> WorkerRun { WorkerRun(BackupWorker(batch: 1), host: self.bench.bench.host) }

    private func backUp(_ table: String = "table", as name: String = "first") throws -> String {
        let json = #"{"TableName":"\#(table)","BackupName":"\#(name)"}"#
        return try #require(try self.bench.run(CreateBackup.self, json).backupDetails?.backupArn)
    }

    private func described(_ arn: String) throws -> BackupDescription {
        try #require(try self.bench.run(DescribeBackup.self, #"{"BackupArn":"\#(arn)"}"#).backupDescription)
    }

    @discardableResult
    private func restore(_ arn: String, as name: String = "restored", more: String = "") throws -> TableDescription {
        let json = #"{"TargetTableName":"\#(name)","BackupArn":"\#(arn)"\#(more)}"#
        return try #require(try self.bench.run(RestoreTableFromBackup.self, json).tableDescription)
    }

    private func names(_ table: String, index: String? = nil) throws -> [String] {
        let part = index.map { #","IndexName":"\#($0)""# } ?? ""
        let items = try self.bench.run(Scan.self, #"{"TableName":"\#(table)"\#(part)}"#).items ?? []
        return items.compactMap { ($0.item["pk"]?.string ?? "") + ($0.item["v"]?.string ?? "") }.sorted()
    }

    @Test func `a backup has the items of its moment, whatever happens while it is made`() throws {
        try self.bench.create()
        for name in ["a", "b", "c", "d"] { try self.bench.put(#"{"pk":{"S":"\#(name)"},"v":{"S":"1"}}"#) }
        let arn = try self.backUp()
        #expect(try self.described(arn).backupDetails?.backupStatus == "CREATING")
        try self.bench.put(#"{"pk":{"S":"a"},"v":{"S":"2"}}"#)
        try self.bench.put(#"{"pk":{"S":"a"},"v":{"S":"3"}}"#)
        _ = try self.bench.run(DeleteItem.self, #"{"TableName":"table","Key":{"pk":{"S":"b"}}}"#)
        try self.bench.put(#"{"pk":{"S":"new"},"v":{"S":"1"}}"#)
        let worker = self.worker()
        self.bench.bench.driver.settle()
        #expect(worker.failures == 0)
        let backup = try self.described(arn)
        #expect(backup.backupDetails?.backupStatus == "AVAILABLE")
        #expect(backup.sourceTableDetails?.itemCount == 4)
        #expect(backup.backupDetails?.backupSizeBytes == 20)
        try self.restore(arn)
        self.bench.bench.driver.settle()
        #expect(try self.names("restored") == ["a1", "b1", "c1", "d1"])
        #expect(try self.names("table") == ["a3", "c1", "d1", "new1"])
    }

    @Test func `a restored table is in the making until it has everything`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        let arn = try self.backUp()
        do {
            let first = self.worker()
            self.bench.bench.driver.settle()
            #expect(first.failures == 0)
            let shown = try self.restore(arn)
            #expect(shown.tableStatus == "CREATING")
            #expect(shown.restoreSummary?.restoreInProgress == true)
            #expect(shown.restoreSummary?.sourceBackupArn == arn)
            self.bench.bench.driver.settle()
        }
        let table = try self.bench.run(DescribeTable.self, #"{"TableName":"restored"}"#).table
        #expect(table?.tableStatus == "ACTIVE")
        #expect(table?.restoreSummary?.restoreInProgress == false)
        #expect(
            self.bench.refusal(RestoreTableFromBackup.self, #"{"TargetTableName":"restored","BackupArn":"\#(arn)"}"#)
                == "TableAlreadyExistsException: Table already exists: restored")
    }

    @Test func `nobody reads, writes or deletes a table that is being restored`() throws {
        try self.bench.create()
        let arn = try self.backUp()
        try self.finishCopies()
        try self.restore(arn)
        #expect(
            self.bench.refusal(GetItem.self, #"{"TableName":"restored","Key":{"pk":{"S":"a"}}}"#)
                == "ResourceNotFoundException: Requested resource not found")
        #expect(
            self.bench.refusal(DeleteTable.self, #"{"TableName":"restored"}"#)?.hasPrefix("ResourceInUseException")
                == true)
        #expect(
            self.bench.refusal(CreateBackup.self, #"{"TableName":"restored","BackupName":"one"}"#)?
                .hasPrefix("TableInUseException") == true)
        #expect(
            self.bench.refusal(DeleteBackup.self, #"{"BackupArn":"\#(arn)"}"#)?.hasPrefix("BackupInUseException")
                == true)
        let table = try self.bench.run(DescribeTable.self, #"{"TableName":"restored"}"#).table
        #expect(table?.tableStatus == "CREATING")
    }

    /// Does the worker's steps by hand, until no copy is left.
    private func finishCopies() throws {
        let isDone = try self.bench.bench.transact { (call) throws(ServiceError) in
            for _ in 0..<1_000 {
                guard try call.first(CopyKey.range()) != nil else { return true }
                _ = try BackupWorker().work(in: &call)
            }
            return false
        }
        #expect(isDone)
    }

    private static let everything = #"""
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
          {"AttributeName":"g","AttributeType":"S"}],
        "LocalSecondaryIndexes":[{"IndexName":"local","Projection":{"ProjectionType":"ALL"},
          "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"g","KeyType":"RANGE"}]}],
        "GlobalSecondaryIndexes":[{"IndexName":"global","Projection":{"ProjectionType":"ALL"},
          "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}],
        "Tags":[{"Key":"k","Value":"v"}],"DeletionProtectionEnabled":true,
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}
        """#

    private func tableWithEverything() throws -> String {
        try self.bench.create(sort: "S", more: Self.everything)
        _ = try self.bench.run(
            UpdateTimeToLive.self,
            #"{"TableName":"table","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}"#)
        try self.bench.put(#"{"pk":{"S":"a"},"sk":{"S":"1"},"g":{"S":"x"}}"#)
        try self.bench.put(#"{"pk":{"S":"b"},"sk":{"S":"1"}}"#)
        let arn = try self.backUp()
        try self.finishCopies()
        return arn
    }

    @Test func `a restored table has indexes, and no tags, stream, time to live or protection`() throws {
        let arn = try self.tableWithEverything()
        let features = try #require(try self.described(arn).sourceTableFeatureDetails)
        #expect(features.globalSecondaryIndexes?.map(\.indexName) == ["global"])
        #expect(features.localSecondaryIndexes?.map(\.indexName) == ["local"])
        #expect(features.streamDescription?.streamViewType == "NEW_IMAGE")
        #expect(features.timeToLiveDescription?.attributeName == "ttl")
        let worker = self.worker()
        try self.restore(arn)
        self.bench.bench.driver.settle()
        #expect(worker.failures == 0)
        let table = try #require(try self.bench.run(DescribeTable.self, #"{"TableName":"restored"}"#).table)
        #expect(table.streamSpecification == nil && table.latestStreamArn == nil)
        #expect(table.deletionProtectionEnabled == false)
        #expect(try self.names("restored", index: "global") == ["a"])
        #expect(try self.names("restored", index: "local") == ["a"])
        let tags = try self.bench.run(ListTagsOfResource.self, #"{"ResourceArn":"\#(table.tableArn ?? "")"}"#)
        #expect(tags.tags?.isEmpty != false)
        let expiry = try self.bench.run(DescribeTimeToLive.self, #"{"TableName":"restored"}"#)
        #expect(expiry.timeToLiveDescription?.timeToLiveStatus == "DISABLED")
    }

    @Test func `a restore can leave indexes out and change the capacity`() throws {
        let arn = try self.tableWithEverything()
        let worker = self.worker()
        let throughput = #""ProvisionedThroughputOverride":{"ReadCapacityUnits":5,"WriteCapacityUnits":6}"#
        let more = #","BillingModeOverride":"PROVISIONED",\#(throughput),"GlobalSecondaryIndexOverride":[]"#
        try self.restore(arn, more: more)
        self.bench.bench.driver.settle()
        #expect(worker.failures == 0)
        let table = try #require(try self.bench.run(DescribeTable.self, #"{"TableName":"restored"}"#).table)
        #expect(table.globalSecondaryIndexes == nil && table.localSecondaryIndexes?.count == 1)
        #expect(table.provisionedThroughput?.readCapacityUnits == 5)
        #expect(table.provisionedThroughput?.writeCapacityUnits == 6)
        let other = #"""
            ,"GlobalSecondaryIndexOverride":[{"IndexName":"global","Projection":{"ProjectionType":"KEYS_ONLY"},
             "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}]
            """#
        #expect(
            self.bench.refusal(
                RestoreTableFromBackup.self, #"{"TargetTableName":"another","BackupArn":"\#(arn)"\#(other)}"#)?
                .hasPrefix("ValidationException") == true)
    }

    @Test func `a table cannot be deleted or backed up again while it is copied, and its backups outlive it`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        let arn = try self.backUp()
        #expect(
            self.bench.refusal(CreateBackup.self, #"{"TableName":"table","BackupName":"second"}"#)?
                .hasPrefix("BackupInUseException") == true)
        #expect(
            self.bench.refusal(DeleteTable.self, #"{"TableName":"table"}"#)?.hasPrefix("ResourceInUseException")
                == true)
        #expect(
            self.bench.refusal(DeleteBackup.self, #"{"BackupArn":"\#(arn)"}"#)?.hasPrefix("BackupInUseException")
                == true)
        let worker = self.worker()
        self.bench.bench.driver.settle()
        #expect(worker.failures == 0)
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        try self.restore(arn, as: "table")
        self.bench.bench.driver.settle()
        #expect(try self.names("table") == ["a"])
        let deleted = try self.bench.run(DeleteBackup.self, #"{"BackupArn":"\#(arn)"}"#).backupDescription
        #expect(deleted?.backupDetails?.backupStatus == "DELETED")
        #expect(
            self.bench.refusal(DescribeBackup.self, #"{"BackupArn":"\#(arn)"}"#)
                == "BackupNotFoundException: Backup not found: \(arn)")
        #expect(try self.names("table") == ["a"])
    }

    @Test func `backups are listed by table, time and kind, in pages`() throws {
        let worker = self.worker()
        try self.bench.create("one")
        try self.bench.create("two")
        let start = self.bench.bench.clock.now.milliseconds / 1_000
        var all: [String] = []
        for (table, name) in [("one", "first"), ("one", "second"), ("two", "third")] {
            all.append(try self.backUp(table, as: name))
            self.bench.bench.advance(seconds: 10)
        }
        #expect(worker.failures == 0)
        func list(_ json: String) throws -> ListBackupsOutput { try self.bench.run(ListBackups.self, json) }
        #expect(try list("{}").backupSummaries?.compactMap(\.backupArn) == all)
        #expect(try list(#"{"TableName":"two"}"#).backupSummaries?.map(\.backupName) == ["third"])
        #expect(try list(#"{"BackupType":"SYSTEM"}"#).backupSummaries?.isEmpty == true)
        // The start is inclusive, the end is not.
        let bounds = #""TimeRangeLowerBound":\#(start + 10),"TimeRangeUpperBound":\#(start + 20)"#
        #expect(try list("{\(bounds)}").backupSummaries?.map(\.backupName) == ["second"])
        let page = try list(#"{"Limit":2}"#)
        #expect(page.backupSummaries?.count == 2 && page.lastEvaluatedBackupArn == all[1])
        let rest = try list(#"{"Limit":2,"ExclusiveStartBackupArn":"\#(all[1])"}"#)
        #expect(rest.backupSummaries?.map(\.backupArn) == [all[2]] && rest.lastEvaluatedBackupArn == nil)
    }

    @Test func `a table that is not there has no backup`() {
        #expect(
            self.bench.refusal(CreateBackup.self, #"{"TableName":"none","BackupName":"first"}"#)
                == "TableNotFoundException: Table not found: none")
        #expect(
            self.bench.refusal(
                DescribeBackup.self, #"{"BackupArn":"arn:aws:dynamodb:eu-west-1:123456789012:table/none"}"#)?
                .hasPrefix("ValidationException") == true)
    }
}
