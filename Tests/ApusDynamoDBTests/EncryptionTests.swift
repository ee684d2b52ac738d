import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusDynamoDB

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html, and what ack-api-quirks found of AWS in
/// October 2026: DDB-TABLE-065, 079 and 141. The words of what is refused stand among the error texts.
@Suite struct EncryptionTests: ReplicaSuite {
    let bench = DynamoDBBench()

    private static let on = #""SSESpecification":{"Enabled":true}"#
    private static let off = #""SSESpecification":{"Enabled":false}"#

    private func told(_ table: String = "table", in region: String = TestBench.region) throws -> SSEDescription? {
        try self.bench.run(DescribeTable.self, #"{"TableName":"\#(table)"}"#, in: region).table?.sseDescription
    }

    @Test func `a table has the key that AWS manages, one for each account and region`() throws {
        try self.bench.create(more: Self.on)
        try self.bench.create("other", more: #""SSESpecification":{"Enabled":true,"SSEType":"KMS"}"#)
        let found = try #require(try self.told())
        #expect(found.status == "ENABLED" && found.sseType == "KMS")
        let prefix = "arn:aws:kms:eu-west-1:123456789012:key/"
        let key = try #require(found.kmsMasterKeyArn)
        // A key's id is a UUID.
        #expect(
            key.hasPrefix(prefix) && key.dropFirst(prefix.count).split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(try self.told("other") == found)
    }

    @Test func `a table without a key of the account's tells of none`() throws {
        try self.bench.create()
        try self.bench.create("other", more: Self.off)
        #expect(try self.told() == nil)
        #expect(try self.told("other") == nil)
    }

    @Test func `a table gets the key and gives it back, and stays active`() throws {
        try self.bench.create()
        let started = try self.update(Self.on)
        #expect(started?.tableStatus == "ACTIVE")
        #expect(started?.sseDescription == SSEDescription(status: "UPDATING"))
        let found = try #require(try self.told())
        #expect(found.status == "ENABLED")
        // The same again is no mistake, by whichever name but the key's ARN.
        let named = #""SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"alias/aws/dynamodb"}"#
        #expect(try self.update(named)?.sseDescription?.kmsMasterKeyArn == found.kmsMasterKeyArn)
        let ended = try self.update(Self.off)
        #expect(ended?.sseDescription?.status == "UPDATING")
        #expect(ended?.sseDescription?.kmsMasterKeyArn == found.kmsMasterKeyArn)
        #expect(try self.told() == nil)
    }

    @Test func `the key's ARN is what the table has already`() throws {
        try self.bench.create(more: Self.on)
        let key = try #require(try self.told()?.kmsMasterKeyArn)
        #expect(
            self.bench.refusal(
                UpdateTable.self,
                #"{"TableName":"table","SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"\#(key)"}}"#
            )
                == "ValidationException: One or more parameter values were invalid: Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key"
        )
    }

    @Test func `all regions of a global table have their key, or none has`() throws {
        let worker = self.filler()
        try self.bench.create(more: Self.on)
        try self.replicate()
        let there = try #require(try self.told(in: Self.other)?.kmsMasterKeyArn)
        #expect(there.hasPrefix("arn:aws:kms:eu-west-2:123456789012:key/"))
        _ = try self.update(Self.off, in: Self.other)
        #expect(try self.told() == nil)
        _ = try self.update(Self.on)
        #expect(try self.told(in: Self.other)?.kmsMasterKeyArn == there)
        #expect(worker.failures == 0)
    }

    @Test func `a backup keeps it, and a restored table has it unless another is asked for`() throws {
        let worker = WorkerRun(BackupWorker(), host: self.bench.bench.host)
        try self.bench.create(more: Self.on)
        let made = try self.bench.run(CreateBackup.self, #"{"TableName":"table","BackupName":"one"}"#)
        let arn = try #require(made.backupDetails?.backupArn)
        self.bench.bench.driver.settle()
        let described = try self.bench.run(DescribeBackup.self, #"{"BackupArn":"\#(arn)"}"#).backupDescription
        #expect(described?.sourceTableFeatureDetails?.sseDescription?.status == "ENABLED")
        for (name, more) in [("same", ""), ("none", #","SSESpecificationOverride":{"Enabled":false}"#)] {
            _ = try self.bench.run(
                RestoreTableFromBackup.self, #"{"TargetTableName":"\#(name)","BackupArn":"\#(arn)"\#(more)}"#)
        }
        self.bench.bench.driver.settle()
        #expect(try self.told("same")?.status == "ENABLED")
        #expect(try self.told("none") == nil)
        #expect(worker.failures == 0)
    }
}
