import ApusAutoScaling
import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// What a replica has for itself, of provisioned tables above all. What is expected was found of AWS in October 2026 by
/// ack-api-quirks, DDB-TABLE-249 to 252, 288 and 322.
@Suite struct ReplicaOverrideTests: ReplicaSuite {
    let bench: DynamoDBBench
    private let workers: [WorkerRun]

    init() {
        self.bench = DynamoDBBench(allowances: Allowances(), scaling: AutoScaling.tables)
        let host = self.bench.bench.host
        self.workers = [WorkerRun(ReplicaFiller(), host: host), WorkerRun(IndexFiller(), host: host)]
    }

    // MARK: Short names

    private static func units(_ read: Int, _ write: Int) -> String {
        #""ProvisionedThroughput":{"ReadCapacityUnits":\#(read),"WriteCapacityUnits":\#(write)}"#
    }

    private static func index(_ name: String) -> String {
        #"{"IndexName":"\#(name)","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},\#(Self.units(5, 5))}"#
    }

    private static let definitions =
        #""AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}]"#

    /// A provisioned table, 5 units of each kind; its indexes have as many.
    private func create(indexes: [String] = []) throws {
        let own = #""AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]"#
        let more =
            indexes.isEmpty
            ? own
            : #"\#(Self.definitions),"GlobalSecondaryIndexes":[\#(indexes.map(Self.index).joined(separator: ","))]"#
        _ = try self.bench.run(
            CreateTable.self,
            #"{"TableName":"table",\#(more),"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],\#(Self.units(5, 5))}"#
        )
    }

    private func register(_ index: String? = nil, unit: String = "Write") throws {
        let names = Self.names(index, unit)
        _ = try self.bench.bench.run(
            RegisterScalableTarget.self,
            RegisterScalableTargetInput(
                serviceNamespace: "dynamodb", resourceId: names.resource, scalableDimension: names.dimension,
                minCapacity: 1, maxCapacity: 10))
    }

    private func scale(_ index: String? = nil, unit: String = "Write") throws {
        try self.register(index, unit: unit)
        let names = Self.names(index, unit)
        let metric = PredefinedMetricSpecification(predefinedMetricType: "DynamoDB\(unit)CapacityUtilization")
        _ = try self.bench.bench.run(
            PutScalingPolicy.self,
            PutScalingPolicyInput(
                policyName: "mine", serviceNamespace: "dynamodb", resourceId: names.resource,
                scalableDimension: names.dimension, policyType: "TargetTrackingScaling",
                targetTrackingScalingPolicyConfiguration: TargetTrackingScalingPolicyConfiguration(
                    targetValue: 70, predefinedMetricSpecification: metric)))
    }

    private static func names(_ index: String?, _ unit: String) -> (resource: String, dimension: String) {
        (
            "table/table" + (index.map { "/index/\($0)" } ?? ""),
            "dynamodb:\(index == nil ? "table" : "index"):\(unit)CapacityUnits"
        )
    }

    /// Resource and dimension of what scales there, with its bounds.
    private func targets(in region: String) throws -> [String] {
        let input = DescribeScalableTargetsInput(serviceNamespace: "dynamodb")
        let found = try self.bench.bench.run(DescribeScalableTargets.self, input, region: region).scalableTargets ?? []
        return found.map { "\($0.resourceId) \($0.scalableDimension) \($0.minCapacity)-\($0.maxCapacity)" }.sorted()
    }

    /// A provisioned table with a replica.
    private func createGroup(indexes: [String] = []) throws {
        try self.create(indexes: indexes)
        try self.scale()
        for index in indexes { try self.scale(index) }
        try self.replicate()
    }

    private func change(_ override: String) throws {
        _ = try self.update(#""ReplicaUpdates":[{"Update":{"RegionName":"eu-west-2",\#(override)}}]"#)
    }

    private func refusal(_ action: String) -> String? {
        self.bench.refusal(UpdateTable.self, #"{"TableName":"table","ReplicaUpdates":[\#(action)]}"#)
    }

    private func units(in region: String) throws -> [Int?] {
        let found = try self.describe(in: region)?.provisionedThroughput
        return [found?.readCapacityUnits, found?.writeCapacityUnits]
    }

    private func units(of index: String, in region: String) throws -> [Int?] {
        let found = try self.describe(in: region)?.globalSecondaryIndexes?.first { $0.indexName == index }
        return [found?.provisionedThroughput?.readCapacityUnits, found?.provisionedThroughput?.writeCapacityUnits]
    }

    private func told() throws -> ReplicaDescription? { try self.describe(in: TestBench.region)?.replicas?.first }

    // MARK: Prerequisites

    @Test func `a provisioned table has replicas once its writes scale by a policy, and those of its indexes`() throws {
        try self.create(indexes: ["one"])
        let create = #"{"Create":{"RegionName":"eu-west-2"}}"#
        let table = "ValidationException: Table write capacity should either be Pay-Per-Request or AutoScaled."
        #expect(self.refusal(create) == table)
        try self.register()
        #expect(self.refusal(create) == table)
        try self.scale()
        try self.scale(unit: "Read")
        #expect(
            self.refusal(create)
                == "ValidationException: GSI write capacity should either be Pay-Per-Request or AutoScaled.")
        try self.scale("one")
        try self.replicate()
        #expect(
            try self.targets(in: Self.other) == [
                "table/table dynamodb:table:WriteCapacityUnits 1-10",
                "table/table/index/one dynamodb:index:WriteCapacityUnits 1-10",
            ])
        #expect(try self.units(in: Self.other) == [5, 5])
        #expect(try self.units(of: "one", in: Self.other) == [5, 5])
        #expect(self.workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `a group on demand becomes provisioned once its writes scale, and goes on demand again in all regions`()
        throws
    {
        try self.bench.create()
        try self.replicate()
        let provisioned = #""BillingMode":"PROVISIONED",\#(Self.units(3, 4))"#
        #expect(
            self.bench.refusal(UpdateTable.self, #"{"TableName":"table",\#(provisioned)}"#)
                == "ValidationException: Table write capacity should either be Pay-Per-Request or AutoScaled.")
        try self.scale()
        _ = try self.update(provisioned)
        #expect(try self.units(in: Self.other) == [3, 4])
        #expect(try self.describe(in: Self.other)?.billingModeSummary?.billingMode == "PROVISIONED")
        #expect(try self.targets(in: Self.other) == ["table/table dynamodb:table:WriteCapacityUnits 1-10"])
        try self.change(#""ProvisionedThroughputOverride":{"ReadCapacityUnits":9}"#)
        _ = try self.update(#""BillingMode":"PAY_PER_REQUEST""#)
        for region in [TestBench.region, Self.other] {
            #expect(try self.describe(in: region)?.billingModeSummary?.billingMode == "PAY_PER_REQUEST")
            #expect(try self.units(in: region) == [0, 0])
            #expect(try self.describe(in: region)?.replicas?.first?.provisionedThroughputOverride == nil)
        }
        #expect(self.workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `a new index of a provisioned group scales as its table does, in all regions`() throws {
        try self.createGroup()
        _ = try self.update(#"\#(Self.definitions),"GlobalSecondaryIndexUpdates":[{"Create":\#(Self.index("new"))}]"#)
        self.bench.bench.driver.settle()
        for region in [TestBench.region, Self.other] {
            #expect(
                try self.targets(in: region) == [
                    "table/table dynamodb:table:WriteCapacityUnits 1-10",
                    "table/table/index/new dynamodb:index:WriteCapacityUnits 1-10",
                ])
            #expect(try self.units(of: "new", in: region) == [5, 5])
            let input = DescribeScalingPoliciesInput(serviceNamespace: "dynamodb", resourceId: "table/table/index/new")
            let policies = try self.bench.bench.run(DescribeScalingPolicies.self, input, region: region).scalingPolicies
            #expect(policies?.map(\.policyName) == ["DynamoDBWriteCapacityUtilization:table/table/index/new"])
        }
        #expect(self.workers.allSatisfy { $0.failures == 0 })
    }

    // MARK: Overrides

    @Test func `a replica reads with units of its own until they are its table's again`() throws {
        try self.createGroup()
        #expect(try self.told()?.provisionedThroughputOverride == nil)
        try self.change(#""ProvisionedThroughputOverride":{"ReadCapacityUnits":10}"#)
        #expect(try self.told()?.provisionedThroughputOverride?.readCapacityUnits == 10)
        #expect(try self.units(in: Self.other) == [10, 5])
        #expect(try self.units(in: TestBench.region) == [5, 5])
        try self.change(#""ProvisionedThroughputOverride":{"ReadCapacityUnits":5}"#)
        #expect(try self.told()?.provisionedThroughputOverride == nil)
        #expect(try self.units(in: Self.other) == [5, 5])
        #expect(self.workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `indexes that are not named keep what the replica has of them`() throws {
        try self.createGroup(indexes: ["one", "two"])
        func override(_ index: String, _ read: Int) -> String {
            #"{"IndexName":"\#(index)","ProvisionedThroughputOverride":{"ReadCapacityUnits":\#(read)}}"#
        }
        func told() throws -> [String: Int?] {
            let indexes = try self.told()?.globalSecondaryIndexes ?? []
            return Dictionary(
                uniqueKeysWithValues: indexes.map {
                    ($0.indexName ?? "", $0.provisionedThroughputOverride?.readCapacityUnits)
                })
        }
        #expect(try told() == ["one": nil, "two": nil])
        try self.change(#""GlobalSecondaryIndexes":[\#(override("one", 6)),\#(override("two", 7))]"#)
        #expect(try told() == ["one": 6, "two": 7])
        #expect(try self.units(of: "one", in: Self.other) == [6, 5])
        #expect(try self.units(of: "two", in: Self.other) == [7, 5])
        try self.change(#""GlobalSecondaryIndexes":[\#(override("one", 8))]"#)
        #expect(try told() == ["one": 8, "two": 7])
        try self.change(#""GlobalSecondaryIndexes":[\#(override("one", 5))]"#)
        #expect(try told() == ["one": nil, "two": 7])
        #expect(try self.units(of: "one", in: TestBench.region) == [5, 5])
        _ = try self.update(#""GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"two"}}]"#)
        #expect(try told() == ["one": nil])
        #expect(self.workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `a replica is made with what it has for itself`() throws {
        try self.create(indexes: ["one"])
        try self.scale()
        try self.scale("one")
        _ = try self.update(
            #"""
            "ReplicaUpdates":[{"Create":{"RegionName":"eu-west-2","ProvisionedThroughputOverride":{"ReadCapacityUnits":7},
              "TableClassOverride":"STANDARD_INFREQUENT_ACCESS",
              "GlobalSecondaryIndexes":[{"IndexName":"one","ProvisionedThroughputOverride":{"ReadCapacityUnits":8}}]}}]
            """#)
        self.bench.bench.driver.settle()
        #expect(try self.units(in: Self.other) == [7, 5])
        #expect(try self.units(of: "one", in: Self.other) == [8, 5])
        #expect(try self.describe(in: Self.other)?.tableClassSummary?.tableClass == "STANDARD_INFREQUENT_ACCESS")
        #expect(try self.told()?.provisionedThroughputOverride?.readCapacityUnits == 7)
        #expect(try self.told()?.globalSecondaryIndexes?.first?.provisionedThroughputOverride?.readCapacityUnits == 8)
        #expect(try self.told()?.replicaTableClassSummary?.tableClass == "STANDARD_INFREQUENT_ACCESS")
        #expect(try self.told()?.globalTableSettingsReplicationMode == "ENABLED_WITH_OVERRIDES")
        // Nothing of it is this region's, and the other one knows that.
        #expect(try self.units(in: TestBench.region) == [5, 5])
        let here = try self.describe(in: Self.other)?.replicas?.first
        #expect(here?.provisionedThroughputOverride == nil && here?.replicaTableClassSummary == nil)
        #expect(self.workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `units that are changed anywhere are changed everywhere, and are nobody's own`() throws {
        try self.createGroup()
        try self.change(#""ProvisionedThroughputOverride":{"ReadCapacityUnits":10}"#)
        _ = try self.update(Self.units(5, 10))
        // The units for reading are not what was changed.
        #expect(try self.units(in: Self.other) == [10, 10])
        #expect(try self.told()?.provisionedThroughputOverride?.readCapacityUnits == 10)
        _ = try self.update(Self.units(7, 20), in: Self.other)
        #expect(try self.units(in: TestBench.region) == [7, 20])
        #expect(try self.units(in: Self.other) == [7, 20])
        #expect(try self.told()?.provisionedThroughputOverride == nil)
        #expect(self.workers.allSatisfy { $0.failures == 0 })
    }

    @Test func `a replica is held to what it has for itself`() throws {
        try self.createGroup()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        try self.change(#""ProvisionedThroughputOverride":{"ReadCapacityUnits":1}"#)
        let get = #"{"TableName":"table","Key":{"pk":{"S":"a"}},"ConsistentRead":true}"#
        #expect(self.bench.refusal(GetItem.self, get, in: Self.other) == nil)
        #expect(
            self.bench.refusal(GetItem.self, get, in: Self.other)?
                .hasPrefix("ProvisionedThroughputExceededException: ") == true)
        for _ in 0..<4 { #expect(self.bench.refusal(GetItem.self, get) == nil) }
    }

    @Test func `an index on demand is held to the maximum that the replica has of it`() throws {
        try self.bench.create(
            more:
                #"\#(Self.definitions),"GlobalSecondaryIndexes":[\#(Self.index("one").replacing("," + Self.units(5, 5), with: ""))]"#
        )
        try self.replicate()
        try self.bench.put(#"{"pk":{"S":"a"},"g":{"S":"g"}}"#)
        let limit = #""OnDemandThroughputOverride":{"MaxReadRequestUnits":1}"#
        try self.change(#""GlobalSecondaryIndexes":[{"IndexName":"one",\#(limit)}]"#)
        let query =
            #"{"TableName":"table","IndexName":"one","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"g"}}}"#
        var refusals: [String] = []
        for _ in 0..<3 {
            if let refusal = self.bench.refusal(Query.self, query, in: Self.other) { refusals.append(refusal) }
            #expect(self.bench.refusal(Query.self, query) == nil)
        }
        #expect(
            refusals == [
                "ThrottlingException: Throughput exceeds the maximum OnDemandThroughput configured on table or index"
            ])
        #expect(
            try self.told()?.globalSecondaryIndexes?.first?.onDemandThroughputOverride?.maxReadRequestUnits == 1)
    }

    // MARK: Mistakes

    @Test func `units and maxima belong to one billing mode each`() throws {
        func update(_ override: String) -> String { #"{"Update":{"RegionName":"eu-west-2",\#(override)}}"# }
        try self.createGroup(indexes: ["one"])
        let limit = #""OnDemandThroughputOverride":{"MaxReadRequestUnits":100}"#
        let provisioned =
            "ValidationException: MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
        #expect(self.refusal(update(limit)) == provisioned)
        #expect(self.refusal(update(#""GlobalSecondaryIndexes":[{"IndexName":"one",\#(limit)}]"#)) == provisioned)
        #expect(
            self.refusal(update(#""GlobalSecondaryIndexes":[{"IndexName":"one"}]"#))
                == "ValidationException: There are no actions specified in the Replica Update Action of the request.")
        let unknown =
            #""GlobalSecondaryIndexes":[{"IndexName":"none","ProvisionedThroughputOverride":{"ReadCapacityUnits":1}}]"#
        #expect(self.refusal(update(unknown)) == "ResourceNotFoundException: Requested resource not found")
        _ = try self.update(#""BillingMode":"PAY_PER_REQUEST""#)
        #expect(
            self.refusal(update(#""ProvisionedThroughputOverride":{"ReadCapacityUnits":1}"#))
                == "ValidationException: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
        #expect(
            self.refusal(update(#""OnDemandThroughputOverride":{"MaxReadRequestUnits":0}"#))
                == "ValidationException: One or more parameter values were invalid: Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range"
        )
    }
}
