import ApusAutoScaling
import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusDynamoDB

/// Global tables of version 2017.11.29:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables_reqs_bestpractices.html
@Suite struct GlobalTableTests {
    private static let here = TestBench.region
    private static let other = "eu-west-2"
    private static let arn = "arn:aws:dynamodb::123456789012:global-table/table"
    private let bench = DynamoDBBench(scaling: AutoScaling.tables)

    private func create(
        in regions: [String], name: String = "table", capacity: String = #""BillingMode":"PAY_PER_REQUEST""#,
        stream: String = "NEW_AND_OLD_IMAGES", key: String = "pk", more: String = ""
    ) throws {
        for region in regions {
            _ = try self.bench.run(
                CreateTable.self,
                """
                {"TableName":"\(name)",\(capacity),
                 "AttributeDefinitions":[{"AttributeName":"\(key)","AttributeType":"S"}\(more.isEmpty ? "" : Self.g)],
                 "KeySchema":[{"AttributeName":"\(key)","KeyType":"HASH"}]\(more),
                 "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"\(stream)"}}
                """, in: region)
        }
    }

    private static let g = #",{"AttributeName":"g","AttributeType":"S"}"#
    private static let provisioned = #""ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}"#
    private static let index =
        #","GlobalSecondaryIndexes":[{"IndexName":"index","Projection":{"ProjectionType":"ALL"},"KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],\#(provisioned)}]"#

    private static func group(_ regions: [String], name: String = "table") -> String {
        let replicas = regions.map { #"{"RegionName":"\#($0)"}"# }.joined(separator: ",")
        return #"{"GlobalTableName":"\#(name)","ReplicationGroup":[\#(replicas)]}"#
    }

    private static func update(_ changes: String) -> String {
        #"{"GlobalTableName":"table","ReplicaUpdates":[\#(changes)]}"#
    }

    @discardableResult
    private func join(_ regions: [String] = [Self.here, Self.other]) throws -> GlobalTableDescription? {
        try self.bench.run(CreateGlobalTable.self, Self.group(regions)).globalTableDescription
    }

    private func put(_ name: String, in region: String) throws {
        _ = try self.bench.run(PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"\#(name)"}}}"#, in: region)
    }

    private func count(in region: String) throws -> Int? {
        try self.bench.run(Scan.self, #"{"TableName":"table"}"#, in: region).count
    }

    private func table(in region: String) throws -> TableDescription? {
        try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#, in: region).table
    }

    private func regions() throws -> [String?]? {
        try self.bench.run(DescribeGlobalTable.self, #"{"GlobalTableName":"table"}"#)
            .globalTableDescription?.replicationGroup?.map(\.regionName)
    }

    @Test func `tables that were made alike are joined, and have each other's items from then on`() throws {
        try self.create(in: [Self.here, Self.other])
        let made = try self.join()
        #expect(made?.globalTableStatus == "CREATING" && made?.globalTableName == "table")
        #expect(made?.globalTableArn == Self.arn)
        #expect(made?.replicationGroup?.map(\.regionName) == [Self.here, Self.other])
        try self.put("a", in: Self.here)
        try self.put("b", in: Self.other)
        #expect(try self.count(in: Self.here) == 2)
        #expect(try self.count(in: Self.other) == 2)
        let found = try self.bench.run(
            DescribeGlobalTable.self, #"{"GlobalTableName":"table"}"#, in: "us-east-1"
        ).globalTableDescription
        #expect(found?.globalTableStatus == "ACTIVE")
        #expect(found?.creationDateTime == self.bench.bench.clock.now)
        let table = try self.table(in: Self.other)
        #expect(table?.globalTableVersion == "2017.11.29")
        #expect(table?.replicas == nil && table?.multiRegionConsistency == nil)
        #expect(
            self.bench.refusal(CreateGlobalTable.self, Self.group([Self.here]))?
                .hasPrefix("GlobalTableAlreadyExistsException: ") == true)
    }

    @Test func `a replica is added while all are empty, and a table that leaves stays with its items`() throws {
        try self.create(in: [Self.here, Self.other, "eu-west-3"])
        try self.join([Self.here])
        let create = Self.update(#"{"Create":{"RegionName":"eu-west-2"}}"#)
        _ = try self.bench.run(UpdateGlobalTable.self, create)
        #expect(try self.regions() == [Self.other, Self.here])
        #expect(
            self.bench.refusal(UpdateGlobalTable.self, create)?.hasPrefix("ReplicaAlreadyExistsException: ") == true)
        try self.put("a", in: Self.here)
        #expect(try self.count(in: Self.other) == 1)
        #expect(
            self.bench.refusal(UpdateGlobalTable.self, Self.update(#"{"Create":{"RegionName":"eu-west-3"}}"#))?
                .hasPrefix("ValidationException: ") == true)
        let delete = Self.update(#"{"Delete":{"RegionName":"eu-west-2"}}"#)
        _ = try self.bench.run(UpdateGlobalTable.self, delete)
        #expect(self.bench.refusal(UpdateGlobalTable.self, delete)?.hasPrefix("ReplicaNotFoundException: ") == true)
        try self.put("b", in: Self.here)
        #expect(try self.count(in: Self.other) == 1)
        #expect(try self.table(in: Self.other)?.globalTableVersion == nil)
        _ = try self.bench.run(
            UpdateGlobalTable.self, Self.update(#"{"Delete":{"RegionName":"\#(Self.here)"}}"#))
        #expect(
            self.bench.refusal(DescribeGlobalTable.self, #"{"GlobalTableName":"table"}"#)?
                .hasPrefix("GlobalTableNotFoundException: ") == true)
        #expect(try self.count(in: Self.here) == 2)
    }

    @Test func `tables that do not go together are not joined`() throws {
        let group = Self.group([Self.here, Self.other])
        func refusal() -> String? { self.bench.refusal(CreateGlobalTable.self, group) }
        func again(_ make: () throws -> Void) throws {
            _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#, in: Self.other)
            try make()
        }
        try self.create(in: [Self.here])
        #expect(
            refusal() == "TableNotFoundException: Table not found: Table: 'table' not found in region: 'eu-west-2'.")
        try self.create(in: [Self.other], key: "other")
        #expect(refusal()?.hasSuffix("must have the same key schema as the other replicas") == true)
        try again { try self.create(in: [Self.other], stream: "NEW_IMAGE") }
        #expect(refusal()?.hasSuffix("must have a stream with the view type NEW_AND_OLD_IMAGES") == true)
        try again { try self.create(in: [Self.other], capacity: Self.provisioned) }
        #expect(refusal()?.hasSuffix("must have the same write capacity settings as the other replicas") == true)
        try again { try self.create(in: [Self.other], capacity: Self.provisioned, more: Self.index) }
        #expect(
            refusal()?.hasSuffix("must have the same indexes as the other replicas, with the same key schemas") == true)
        try again { try self.create(in: [Self.other]) }
        try self.put("a", in: Self.other)
        #expect(refusal()?.hasSuffix("must be empty") == true)
        #expect(try self.bench.run(ListGlobalTables.self, "{}").globalTables?.isEmpty == true)
        #expect(
            self.bench.refusal(CreateGlobalTable.self, Self.group([Self.here, Self.here]))?
                .hasPrefix("ValidationException: ") == true)
    }

    @Test func `lists go by name, in pages, and tell what has a replica in a region`() throws {
        for name in ["aaa", "bbb", "ccc"] {
            let regions = name == "bbb" ? [Self.here] : [Self.here, Self.other]
            try self.create(in: regions, name: name)
            _ = try self.bench.run(CreateGlobalTable.self, Self.group(regions, name: name))
        }
        let first = try self.bench.run(ListGlobalTables.self, #"{"Limit":2}"#)
        #expect(first.globalTables?.map(\.globalTableName) == ["aaa", "bbb"])
        #expect(first.lastEvaluatedGlobalTableName == "bbb")
        #expect(first.globalTables?.first?.replicationGroup?.map(\.regionName) == [Self.here, Self.other])
        let last = try self.bench.run(ListGlobalTables.self, #"{"Limit":2,"ExclusiveStartGlobalTableName":"bbb"}"#)
        #expect(last.globalTables?.map(\.globalTableName) == ["ccc"])
        #expect(last.lastEvaluatedGlobalTableName == nil)
        let there = try self.bench.run(ListGlobalTables.self, #"{"RegionName":"eu-west-2","Limit":1}"#)
        #expect(there.globalTables?.map(\.globalTableName) == ["aaa"])
        #expect(there.lastEvaluatedGlobalTableName == "aaa")
        let rest = #"{"RegionName":"eu-west-2","Limit":1,"ExclusiveStartGlobalTableName":"aaa"}"#
        #expect(
            try self.bench.run(ListGlobalTables.self, rest).globalTables?.map(\.globalTableName) == ["ccc"])
    }

    @Test func `each table keeps its own settings and its stream, and is not of the other version`() throws {
        try self.create(in: [Self.here, Self.other])
        try self.join()
        _ = try self.bench.run(
            UpdateTimeToLive.self,
            #"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#)
        let ttl = try self.bench.run(DescribeTimeToLive.self, #"{"TableName":"table"}"#, in: Self.other)
        #expect(ttl.timeToLiveDescription?.timeToLiveStatus == "DISABLED")
        let answer = try self.bench.run(
            UpdateTable.self, #"{"TableName":"table",\#(Self.provisioned),"BillingMode":"PROVISIONED"}"#)
        #expect(answer.tableDescription?.globalTableVersion == "2017.11.29")
        #expect(answer.tableDescription?.replicas == nil)
        #expect(try self.table(in: Self.other)?.billingModeSummary?.billingMode == "PAY_PER_REQUEST")
        let streamless = #"{"TableName":"table","StreamSpecification":{"StreamEnabled":false}}"#
        #expect(
            self.bench.refusal(UpdateTable.self, streamless)
                == "ValidationException: One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica."
        )
        for (operation, input) in [
            ("UpdateTable", #"{"TableName":"table","ReplicaUpdates":[{"Create":{"RegionName":"eu-west-3"}}]}"#),
            (
                "UpdateTableReplicaAutoScaling",
                #"{"TableName":"table","ProvisionedWriteCapacityAutoScalingUpdate":{"AutoScalingDisabled":true}}"#
            ),
        ] {
            #expect(self.bench.refusal(operation, input)?.contains("version 2017.11.29") == true)
        }
    }

    @Test func `a table that is deleted leaves its group`() throws {
        try self.create(in: [Self.here, Self.other])
        try self.join()
        let answer = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#, in: Self.other)
        #expect(answer.tableDescription?.replicas == nil)
        #expect(try self.regions() == [Self.here])
        try self.put("a", in: Self.here)
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        #expect(try self.bench.run(ListGlobalTables.self, "{}").globalTables?.isEmpty == true)
    }

    @Test func `settings of all replicas are told and changed together`() throws {
        try self.create(in: [Self.here, Self.other], capacity: Self.provisioned, more: Self.index)
        try self.join()
        let describe = #"{"GlobalTableName":"table"}"#
        let before = try self.bench.run(DescribeGlobalTableSettings.self, describe).replicaSettings
        #expect(before?.map(\.regionName) == [Self.here, Self.other])
        #expect(before?.map(\.replicaStatus) == ["ACTIVE", "ACTIVE"])
        #expect(before?.first?.replicaBillingModeSummary == nil)
        #expect(before?.first?.replicaProvisionedWriteCapacityUnits == 5)
        #expect(before?.first?.replicaProvisionedWriteCapacityAutoScalingSettings?.autoScalingDisabled == true)
        #expect(before?.first?.replicaGlobalSecondaryIndexSettings?.map(\.provisionedWriteCapacityUnits) == [5])
        let change =
            #"""
            {"GlobalTableName":"table","GlobalTableProvisionedWriteCapacityUnits":15,
             "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate":{"MinimumUnits":5,"MaximumUnits":50},
             "GlobalTableGlobalSecondaryIndexSettingsUpdate":[{"IndexName":"index","ProvisionedWriteCapacityUnits":16}],
             "ReplicaSettingsUpdate":[{"RegionName":"eu-west-2","ReplicaProvisionedReadCapacityUnits":17,
               "ReplicaTableClass":"STANDARD_INFREQUENT_ACCESS",
               "ReplicaGlobalSecondaryIndexSettingsUpdate":[{"IndexName":"index","ProvisionedReadCapacityUnits":18}]}]}
            """#
        let answer = try self.bench.run(UpdateGlobalTableSettings.self, change).replicaSettings
        #expect(answer?.map(\.replicaStatus) == ["UPDATING", "UPDATING"])
        #expect(answer?.first?.replicaProvisionedWriteCapacityUnits == 5)
        let after = try #require(try self.bench.run(DescribeGlobalTableSettings.self, describe).replicaSettings)
        #expect(after.map(\.replicaProvisionedWriteCapacityUnits) == [15, 15])
        #expect(after.map(\.replicaProvisionedReadCapacityUnits) == [5, 17])
        #expect(after.map(\.replicaProvisionedWriteCapacityAutoScalingSettings?.maximumUnits) == [50, 50])
        #expect(after.map { $0.replicaGlobalSecondaryIndexSettings?.first?.provisionedWriteCapacityUnits } == [16, 16])
        #expect(after.map { $0.replicaGlobalSecondaryIndexSettings?.first?.provisionedReadCapacityUnits } == [5, 18])
        #expect(after.map { $0.replicaTableClassSummary?.tableClass } == [nil, "STANDARD_INFREQUENT_ACCESS"])
        #expect(try self.table(in: Self.other)?.provisionedThroughput?.readCapacityUnits == 17)
        _ = try self.bench.run(
            UpdateGlobalTableSettings.self, #"{"GlobalTableName":"table","GlobalTableBillingMode":"PAY_PER_REQUEST"}"#)
        let summaries = try self.bench.run(DescribeGlobalTableSettings.self, describe).replicaSettings?
            .map { $0.replicaBillingModeSummary?.billingMode }
        #expect(summaries == ["PAY_PER_REQUEST", "PAY_PER_REQUEST"])
    }

    @Test func `settings of what is not there are refused, and nothing is changed`() throws {
        try self.create(in: [Self.here, Self.other], capacity: Self.provisioned, more: Self.index)
        try self.join()
        func refusal(_ change: String) -> String? {
            let json = #"{"GlobalTableName":"table","GlobalTableProvisionedWriteCapacityUnits":9,\#(change)}"#
            return self.bench.refusal(UpdateGlobalTableSettings.self, json)
        }
        #expect(
            refusal(#""ReplicaSettingsUpdate":[{"RegionName":"eu-west-3"}]"#)?
                .hasPrefix("ReplicaNotFoundException: ") == true)
        #expect(
            refusal(#""GlobalTableGlobalSecondaryIndexSettingsUpdate":[{"IndexName":"none"}]"#)?
                .hasPrefix("IndexNotFoundException: ") == true)
        #expect(
            refusal(#""GlobalTableBillingMode":"PAY_PER_REQUEST""#)
                == "ValidationException: One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
        #expect(try self.table(in: Self.here)?.provisionedThroughput?.writeCapacityUnits == 5)
        #expect(
            self.bench.refusal(DescribeGlobalTableSettings.self, #"{"GlobalTableName":"none"}"#)?
                .hasPrefix("GlobalTableNotFoundException: ") == true)
    }

    @Test func `who joins tables may do so of the global table and of each replica`() throws {
        try self.create(in: [Self.here, Self.other])
        try self.join()
        let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/table"
        let demands = self.bench.authorizer.demands.filter { $0.action == "dynamodb:CreateGlobalTable" }
        #expect(
            Set(demands.map(\.resource))
                == [Self.arn, table, table.replacing("eu-west-1", with: Self.other)])
        self.bench.authorizer.refuse(["dynamodb:CreateGlobalTable"])
        #expect(
            self.bench.refusal(UpdateGlobalTable.self, Self.update(#"{"Create":{"RegionName":"eu-west-3"}}"#))?
                .hasPrefix("AccessDenied") == true)
        self.bench.authorizer.refuse(["dynamodb:UpdateGlobalTable"])
        let settings = #"{"GlobalTableName":"table","GlobalTableBillingMode":"PAY_PER_REQUEST"}"#
        #expect(self.bench.refusal(UpdateGlobalTableSettings.self, settings)?.hasPrefix("AccessDenied") == true)
    }
}
