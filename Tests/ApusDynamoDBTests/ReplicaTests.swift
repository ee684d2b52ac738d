import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
@Suite struct ReplicaTests: ReplicaSuite {
    let bench = DynamoDBBench()

    @Test func `a replica is in the making until it has everything, and each region tells of the others`() throws {
        try self.bench.create()
        for number in 0..<25 { try self.bench.put(#"{"pk":{"S":"\#(number)"}}"#) }
        let answer = try self.update(#""ReplicaUpdates":[{"Create":{"RegionName":"eu-west-2"}}]"#)
        #expect(answer?.replicas?.map(\.regionName) == ["eu-west-2"])
        #expect(answer?.replicas?.map(\.replicaStatus) == ["CREATING"])
        #expect(try self.describe(in: Self.other)?.tableStatus == "CREATING")
        #expect(
            self.bench.refusal(Scan.self, #"{"TableName":"table"}"#, in: Self.other)
                == "ResourceNotFoundException: Requested resource not found")
        let worker = self.filler(batch: 10)
        self.bench.bench.driver.settle()
        #expect(worker.failures == 0)
        #expect(try self.count(in: Self.other) == 25)
        let here = try self.describe(in: TestBench.region)
        #expect(here?.replicas?.map(\.replicaStatus) == ["ACTIVE"])
        #expect(here?.globalTableVersion == "2019.11.21")
        #expect(here?.streamSpecification?.streamViewType == "NEW_AND_OLD_IMAGES")
        let there = try self.describe(in: Self.other)
        #expect(there?.tableStatus == "ACTIVE")
        #expect(there?.replicas?.map(\.regionName) == [TestBench.region])
        #expect(there?.tableId != here?.tableId)
    }

    @Test func `every way of writing reaches the other region, from either`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"1"}}"#)
        #expect(try self.number("a", in: Self.other) == "1")
        _ = try self.bench.run(
            UpdateItem.self,
            #"{"TableName":"table","Key":{"pk":{"S":"a"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}"#,
            in: Self.other)
        #expect(try self.number("a", in: TestBench.region) == "2")
        _ = try self.bench.run(
            BatchWriteItem.self, #"{"RequestItems":{"table":[{"PutRequest":{"Item":{"pk":{"S":"b"}}}}]}}"#)
        #expect(try self.item("b") != nil)
        _ = try self.bench.run(
            TransactWriteItems.self,
            #"{"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"c"}}}},{"Delete":{"TableName":"table","Key":{"pk":{"S":"b"}}}}]}"#
        )
        #expect(try self.item("b") == nil)
        #expect(try self.item("c") != nil)
        _ = try self.bench.run(DeleteItem.self, #"{"TableName":"table","Key":{"pk":{"S":"a"}}}"#, in: Self.other)
        #expect(try self.item("a", in: TestBench.region) == nil)
        #expect(worker.failures == 0)
    }

    @Test func `a condition that does not hold writes nowhere`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        let json = #"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":"attribute_exists(pk)"}"#
        #expect(self.bench.refusal(PutItem.self, json)?.hasPrefix("ConditionalCheckFailedException") == true)
        #expect(try self.count(in: Self.other) == 0)
        #expect(worker.failures == 0)
    }

    @Test func `indexes and time to live are the same in all regions`() throws {
        let workers = [self.filler(), WorkerRun(IndexFiller(), host: self.bench.bench.host)]
        try self.bench.create()
        try self.replicate()
        try self.bench.put(#"{"pk":{"S":"a"},"gk":{"S":"g"}}"#)
        let key = #"[{"AttributeName":"gk","KeyType":"HASH"}]"#
        _ = try self.update(
            #""AttributeDefinitions":[{"AttributeName":"gk","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"idx","KeySchema":\#(key),"Projection":{"ProjectionType":"ALL"}}}]"#
        )
        _ = try self.bench.run(
            UpdateTimeToLive.self,
            #"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#)
        self.bench.bench.driver.settle()
        let found = try self.bench.run(
            Query.self,
            #"{"TableName":"table","IndexName":"idx","KeyConditionExpression":"gk = :g","ExpressionAttributeValues":{":g":{"S":"g"}}}"#,
            in: Self.other)
        #expect(found.count == 1)
        let ttl = try self.bench.run(DescribeTimeToLive.self, #"{"TableName":"table"}"#, in: Self.other)
        #expect(ttl.timeToLiveDescription?.timeToLiveStatus == "ENABLED")
        #expect(workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `an expired item goes in all regions, by the service in one of them`() throws {
        let workers = [self.filler(), WorkerRun(ExpiryWorker(), host: self.bench.bench.host)]
        try self.bench.create()
        try self.replicate()
        let json = #"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#
        _ = try self.bench.run(UpdateTimeToLive.self, json)
        let time = self.bench.bench.clock.now.milliseconds / 1000 + 100
        try self.bench.put(#"{"pk":{"S":"a"},"ttl":{"N":"\#(time)"}}"#)
        self.bench.bench.advance(seconds: 200)
        #expect(try self.count(in: TestBench.region) == 0)
        #expect(try self.count(in: Self.other) == 0)
        let removals = try [TestBench.region, Self.other].flatMap { try self.records(in: $0) }
            .filter { $0.eventName == "REMOVE" }
        #expect(removals.count == 2)
        #expect(removals.count { $0.userIdentity != nil } == 1)
        #expect(workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `changes are told once in the stream of each region`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        #expect(try self.records(in: TestBench.region).map(\.eventName) == ["INSERT"])
        #expect(try self.records(in: Self.other).map(\.eventName) == ["INSERT"])
        #expect(worker.failures == 0)
    }

    @Test func `changes reach a replica that is still in the making`() throws {
        try self.bench.create()
        for name in ["a", "b"] { try self.bench.put(#"{"pk":{"S":"\#(name)"},"n":{"N":"1"}}"#) }
        try self.replicate()
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"2"}}"#)
        _ = try self.bench.run(DeleteItem.self, #"{"TableName":"table","Key":{"pk":{"S":"b"}}}"#)
        let worker = self.filler(batch: 1)
        self.bench.bench.driver.settle()
        #expect(try self.number("a", in: Self.other) == "2")
        #expect(try self.count(in: Self.other) == 1)
        #expect(worker.failures == 0)
    }

    @Test func `who makes a replica may do so in both regions`() throws {
        try self.bench.create()
        let input = #"{"TableName":"table","ReplicaUpdates":[{"Create":{"RegionName":"eu-west-2"}}]}"#
        for action in [
            "dynamodb:UpdateTable", "dynamodb:CreateTableReplica", "dynamodb:Scan", "dynamodb:BatchWriteItem",
        ] {
            self.bench.authorizer.refuse([action])
            #expect(self.bench.refusal(UpdateTable.self, input)?.hasPrefix("AccessDenied") == true)
        }
        self.bench.authorizer.refuse([])
        try self.replicate()
        let arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/table"
        let there = self.bench.authorizer.demands.filter { $0.resource == arn }.map(\.action)
        #expect(
            Set(there)
                == [
                    "dynamodb:CreateTable", "dynamodb:CreateTableReplica", "dynamodb:Scan", "dynamodb:Query",
                    "dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteItem",
                    "dynamodb:BatchWriteItem",
                ])
        self.bench.authorizer.refuse(["dynamodb:DeleteTableReplica"])
        let delete = input.replacing("Create", with: "Delete")
        #expect(self.bench.refusal(UpdateTable.self, delete)?.hasPrefix("AccessDenied") == true)
    }

    @Test func `what a replica has for itself is changed by a change of the same setting elsewhere`() throws {
        let worker = self.filler()
        try self.bench.create()
        _ = try self.update(
            #""ReplicaUpdates":[{"Create":{"RegionName":"eu-west-2","OnDemandThroughputOverride":{"MaxReadRequestUnits":5}}}]"#
        )
        self.bench.bench.driver.settle()
        #expect(try self.describe(in: Self.other)?.onDemandThroughput?.maxReadRequestUnits == 5)
        let here = try self.describe(in: TestBench.region)
        #expect(here?.onDemandThroughput?.maxReadRequestUnits == nil)
        #expect(here?.replicas?.first?.onDemandThroughputOverride?.maxReadRequestUnits == 5)
        _ = try self.update(#""OnDemandThroughput":{"MaxReadRequestUnits":7,"MaxWriteRequestUnits":8}"#)
        #expect(try self.describe(in: Self.other)?.onDemandThroughput?.maxReadRequestUnits == 7)
        #expect(try self.describe(in: Self.other)?.onDemandThroughput?.maxWriteRequestUnits == 8)
        #expect(try self.describe(in: TestBench.region)?.replicas?.first?.onDemandThroughputOverride == nil)
        #expect(worker.failures == 0)
    }

    @Test func `the source of a replica stays for a day, unless its replicas go first`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        let words =
            "ValidationException: Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 hours."
        #expect(self.bench.refusal(DeleteTable.self, #"{"TableName":"table"}"#) == words)
        let answer = try self.update(#""ReplicaUpdates":[{"Delete":{"RegionName":"eu-west-2"}}]"#)
        #expect(answer?.replicas?.map(\.replicaStatus) == ["DELETING"])
        #expect(try self.describe(in: TestBench.region)?.replicas == nil)
        #expect(self.bench.refusal(DescribeTable.self, #"{"TableName":"table"}"#, in: Self.other) != nil)
        #expect(self.bench.refusal(DeleteTable.self, #"{"TableName":"table"}"#) == nil)
        #expect(worker.failures == 0)
    }

    @Test func `deleting a replica in its region takes it out of the group`() throws {
        let worker = self.filler()
        try self.bench.create()
        try self.replicate()
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#, in: Self.other)
        #expect(try self.describe(in: TestBench.region)?.replicas == nil)
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        #expect(worker.failures == 0)
    }

    @Test func `a table that is there, provisioned capacity and the own region are refused`() throws {
        try self.bench.create()
        let create = #"{"TableName":"table","ReplicaUpdates":[{"Create":{"RegionName":"REGION"}}]}"#
        func refusal(_ region: String) -> String? {
            self.bench.refusal(UpdateTable.self, create.replacing("REGION", with: region))
        }
        #expect(
            refusal(TestBench.region)?.hasPrefix("ValidationException: Cannot add or delete the local region") == true)
        _ = try self.bench.run(
            CreateTable.self,
            #"{"TableName":"table","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}"#,
            in: Self.other)
        #expect(refusal(Self.other)?.hasPrefix("ValidationException: Failed to create") == true)
        _ = try self.update(
            #""BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}"#)
        #expect(
            refusal("eu-west-3")
                == "ValidationException: Table write capacity should either be Pay-Per-Request or AutoScaled.")
    }
}
