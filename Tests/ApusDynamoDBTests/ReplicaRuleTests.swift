import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// What groups of replicas keep to, beside their items.
@Suite struct ReplicaRuleTests: ReplicaSuite {
    let bench = DynamoDBBench()

    private func delete(_ region: String, in asked: String = TestBench.region) -> String? {
        self.bench.refusal(
            UpdateTable.self, #"{"TableName":"table","ReplicaUpdates":[{"Delete":{"RegionName":"\#(region)"}}]}"#,
            in: asked)
    }

    @Test func `a replica has its table's kind of stream, and a stream that was off is on again`() throws {
        let worker = self.filler()
        try self.bench.create(more: #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}"#)
        let label = try self.describe(in: TestBench.region)?.latestStreamLabel
        try self.replicate()
        #expect(try self.describe(in: TestBench.region)?.latestStreamLabel == label)
        #expect(try self.describe(in: Self.other)?.streamSpecification?.streamViewType == "KEYS_ONLY")
        #expect(self.delete(Self.other) == nil)
        _ = try self.update(#""StreamSpecification":{"StreamEnabled":false}"#)
        self.bench.bench.advance(seconds: 1)
        let answer = try self.update(#""ReplicaUpdates":[{"Create":{"RegionName":"eu-west-3"}}]"#)
        #expect(answer?.streamSpecification?.streamViewType == "NEW_AND_OLD_IMAGES")
        #expect(answer?.latestStreamLabel != label)
        #expect(worker.failures == 0)
    }

    @Test func `a replica that comes again at once has a stream of its own`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        let first = try self.describe(in: Self.other)?.latestStreamLabel
        #expect(self.delete(Self.other) == nil)
        try self.replicate()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        #expect(try self.describe(in: Self.other)?.latestStreamLabel != first)
        #expect(try self.records(in: Self.other).map(\.eventName) == ["INSERT"])
        #expect(worker.failures == 0)
    }

    @Test func `each region tells of the others in the order in which they came, whoever was asked`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate(to: "eu-west-3")
        try self.replicate(to: "eu-west-2", from: "eu-west-3")
        #expect(try self.describe(in: "eu-west-1")?.replicas?.map(\.regionName) == ["eu-west-3", "eu-west-2"])
        #expect(try self.describe(in: "eu-west-3")?.replicas?.map(\.regionName) == ["eu-west-1", "eu-west-2"])
        #expect(try self.describe(in: "eu-west-2")?.replicas?.map(\.regionName) == ["eu-west-1", "eu-west-3"])
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        #expect(try self.count(in: "eu-west-2") == 1)
        #expect(try self.count(in: "eu-west-3") == 1)
        // Each is kept by the one that was made of it, for a day.
        #expect(self.delete("eu-west-3")?.contains("acted as a source region") == true)
        #expect(self.delete("eu-west-1", in: "eu-west-3")?.contains("acted as a source region") == true)
        #expect(self.delete("eu-west-2") == nil)
        #expect(self.delete("eu-west-3") == nil)
        #expect(try self.describe(in: "eu-west-1")?.globalTableVersion == nil)
        #expect(worker.failures == 0)
    }

    @Test func `a source can go after a day`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        self.bench.bench.clock.advance(milliseconds: 86_400_000)
        #expect(self.bench.refusal(DeleteTable.self, #"{"TableName":"table"}"#) == nil)
        #expect(try self.describe(in: Self.other)?.replicas == nil)
        #expect(worker.failures == 0)
    }

    @Test func `a replica that is protected stays, and protection is each region's own`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        _ = try self.update(#""DeletionProtectionEnabled":true"#, in: Self.other)
        #expect(try self.describe(in: TestBench.region)?.deletionProtectionEnabled == false)
        #expect(self.delete(Self.other)?.contains("protected against deletion") == true)
        #expect(worker.failures == 0)
    }

    @Test func `a group does not change while a replica is made`() throws {
        try self.bench.create()
        _ = try self.update(#""ReplicaUpdates":[{"Create":{"RegionName":"eu-west-2"}}]"#)
        let words = "ResourceInUseException: Attempt to change a resource which is still in use: Table is being "
        #expect(self.delete(Self.other) == words + "updated: table")
        #expect(
            self.bench.refusal(UpdateTable.self, #"{"TableName":"table","TableClass":"STANDARD"}"#)
                == words + "updated: table")
        #expect(
            self.bench.refusal(DeleteTable.self, #"{"TableName":"table"}"#, in: Self.other) == words + "created: table")
        let expiry = #"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#
        #expect(self.bench.refusal(UpdateTimeToLive.self, expiry) == words + "updated: table")
        #expect(self.bench.refusal(PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"a"}}}"#) == nil)
    }

    @Test func `what others have of a table's own is nothing of the replica's`() throws {
        let worker = self.filler()
        try self.bench.create(more: #""Tags":[{"Key":"k","Value":"v"}],"DeletionProtectionEnabled":true"#)
        try self.replicate()
        #expect(try self.describe(in: Self.other)?.deletionProtectionEnabled == false)
        let json = #"{"ResourceArn":"arn:aws:dynamodb:eu-west-2:123456789012:table/table"}"#
        #expect(try self.bench.run(ListTagsOfResource.self, json, in: Self.other).tags?.isEmpty != false)
        #expect(worker.failures == 0)
    }

    @Test func `a global index that goes, goes everywhere`() throws {
        let workers = [self.filler(), WorkerRun(IndexFiller(), host: self.bench.bench.host)]
        let definitions = #"[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}]"#
        let index =
            #"{"IndexName":"idx","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}"#
        try self.bench.create(more: #""AttributeDefinitions":\#(definitions),"GlobalSecondaryIndexes":[\#(index)]"#)
        try self.bench.put(#"{"pk":{"S":"a"},"g":{"S":"g"}}"#)
        try self.replicate()
        func entries() throws -> Int {
            try self.bench.bench.transact { (call) throws(ServiceError) in
                try call.count(IndexEntryKey.range(), limit: 10)
            }
        }
        #expect(try entries() == 2)
        _ = try self.update(#""GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"idx"}}]"#, in: Self.other)
        #expect(try self.describe(in: TestBench.region)?.globalSecondaryIndexes == nil)
        #expect(try entries() == 0)
        #expect(workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `a table made of a replica's history has what was written elsewhere, and is of no group`() throws {
        let workers = [self.filler(), WorkerRun(BackupWorker(), host: self.bench.bench.host)]
        try self.bench.create()
        try self.replicate()
        _ = try self.bench.run(
            UpdateContinuousBackups.self,
            #"{"TableName":"table","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}"#,
            in: Self.other)
        #expect(
            try self.bench.run(DescribeContinuousBackups.self, #"{"TableName":"table"}"#).continuousBackupsDescription?
                .pointInTimeRecoveryDescription?.pointInTimeRecoveryStatus == "DISABLED")
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"1"}}"#)
        self.bench.bench.advance(seconds: 2)
        let then = self.bench.bench.clock.now.milliseconds / 1000 - 1
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"2"}}"#)
        self.bench.bench.advance(seconds: 2)
        _ = try self.bench.run(
            RestoreTableToPointInTime.self,
            #"{"SourceTableName":"table","TargetTableName":"restored","RestoreDateTime":\#(then)}"#, in: Self.other)
        self.bench.bench.driver.settle()
        let found = try self.bench.run(Scan.self, #"{"TableName":"restored"}"#, in: Self.other).items?.first?.item
        #expect(found?["n"]?.number?.text == "1")
        let restored = try self.bench.run(DescribeTable.self, #"{"TableName":"restored"}"#, in: Self.other).table
        #expect(restored?.replicas == nil && restored?.globalTableVersion == nil)
        #expect(workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `statements of PartiQL reach the other region`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        _ = try self.bench.perform(
            ExecuteStatement(), #"{"Statement":"INSERT INTO \"table\" VALUE {'pk': 'a', 'n': 1}"}"#)
        #expect(try self.number("a", in: Self.other) == "1")
        #expect(worker.failures == 0)
    }

    @Test func `a batch that is too large in all regions together is done in parts`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        let text = String(repeating: "x", count: 390_000)
        var rest = (0..<25).map { #"{"PutRequest":{"Item":{"pk":{"S":"\#($0)"},"x":{"S":"\#(text)"}}}}"# }
        let answer = try self.bench.run(
            BatchWriteItem.self, #"{"RequestItems":{"table":[\#(rest.joined(separator: ","))]}}"#)
        let unprocessed = answer.unprocessedItems?["table"] ?? []
        #expect((1...15).contains(unprocessed.count))
        let left = Set(unprocessed.compactMap { $0.putRequest?.item.item["pk"]?.json })
        rest = rest.enumerated().filter { left.contains(#"{"S":"\#($0.offset)"}"#) }.map(\.element)
        let again = try self.bench.run(
            BatchWriteItem.self, #"{"RequestItems":{"table":[\#(rest.joined(separator: ","))]}}"#)
        #expect(again.unprocessedItems?.isEmpty != false)
        for region in [TestBench.region, Self.other] {
            let count = try self.bench.bench.transact { (call) throws(ServiceError) in
                let reference = try TableReference("table", in: call).replica(in: region)
                return try call.count(ItemKey.all(table: try call.table(reference).id), limit: 100)
            }
            #expect(count == 25)
        }
        #expect(worker.failures == 0)
    }

    @Test func `no replica has a key of its own, since no table has one`() throws {
        let worker = self.filler()
        try self.bench.create()
        let words =
            "ValidationException: One or more parameter values were invalid: KMSMasterKeyId must be specified for each replica."
        func refusal(_ action: String) -> String? {
            let member = #"{"RegionName":"eu-west-2","KMSMasterKeyId":"alias/k"}"#
            return self.bench.refusal(
                UpdateTable.self, #"{"TableName":"table","ReplicaUpdates":[{"\#(action)":\#(member)}]}"#)
        }
        #expect(refusal("Create") == words)
        try self.replicate()
        #expect(refusal("Update") == words)
        #expect(worker.failures == 0)
    }

    @Test func `members in other accounts are refused by name`() throws {
        try self.bench.create()
        #expect(
            self.bench.refusal(
                UpdateTable.self, #"{"TableName":"table","GlobalTableSettingsReplicationMode":"ENABLED"}"#)
                == "NotImplemented: Apus does not implement GlobalTableSettingsReplicationMode of DynamoDB's tables.")
        #expect(
            self.bench.refusal(
                CreateTable.self,
                #"{"TableName":"other","GlobalTableSourceArn":"arn:aws:dynamodb:eu-west-2:210987654321:table/other"}"#)
                == "NotImplemented: Apus does not implement GlobalTableSourceArn of DynamoDB's tables.")
    }
}
