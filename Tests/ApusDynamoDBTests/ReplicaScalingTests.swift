import ApusAutoScaling
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import Testing

@testable import ApusDynamoDB

/// The auto scaling of tables and their replicas, over Application Auto Scaling's targets:
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html
@Suite struct ReplicaScalingTests {
    private static let other = "eu-west-2"
    private let bench: DynamoDBBench
    private let worker: WorkerRun

    init() throws {
        self.bench = DynamoDBBench(scaling: AutoScaling.tables)
        self.worker = WorkerRun(ReplicaFiller(), host: self.bench.bench.host)
        try self.bench.create(
            more: #"""
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],
                "GlobalSecondaryIndexes":[{"IndexName":"index","Projection":{"ProjectionType":"ALL"},
                  "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}]
                """#)
        _ = try self.bench.run(
            UpdateTable.self, #"{"TableName":"table","ReplicaUpdates":[{"Create":{"RegionName":"eu-west-2"}}]}"#)
        self.bench.bench.driver.settle()
    }

    private func update(_ change: String) throws -> TableAutoScalingDescription? {
        try self.bench.run(UpdateTableReplicaAutoScaling.self, #"{"TableName":"table",\#(change)}"#)
            .tableAutoScalingDescription
    }

    private func describe(in region: String = TestBench.region) throws -> TableAutoScalingDescription? {
        try self.bench.run(DescribeTableReplicaAutoScaling.self, #"{"TableName":"table"}"#, in: region)
            .tableAutoScalingDescription
    }

    private static let settings =
        #"{"MinimumUnits":10,"MaximumUnits":100,"AutoScalingDisabled":false,"ScalingPolicyUpdate":{"TargetTrackingScalingPolicyConfiguration":{"TargetValue":80,"ScaleInCooldown":60}}}"#

    @Test func `what does not scale is told as disabled, in each region`() throws {
        let found = try #require(try self.describe())
        #expect(found.tableName == "table" && found.tableStatus == "ACTIVE")
        #expect(found.replicas?.map(\.regionName) == [TestBench.region, Self.other])
        for replica in found.replicas ?? [] {
            #expect(replica.replicaStatus == "ACTIVE")
            #expect(replica.replicaProvisionedReadCapacityAutoScalingSettings?.autoScalingDisabled == true)
            #expect(replica.replicaProvisionedWriteCapacityAutoScalingSettings?.autoScalingDisabled == true)
            #expect(replica.globalSecondaryIndexes?.map(\.indexName) == ["index"])
            #expect(replica.globalSecondaryIndexes?.map(\.indexStatus) == ["ACTIVE"])
        }
    }

    @Test func `writes scale alike in all regions, and Application Auto Scaling tells the same`() throws {
        let answer = try self.update(#""ProvisionedWriteCapacityAutoScalingUpdate":\#(Self.settings)"#)
        for replica in answer?.replicas ?? [] {
            let write = try #require(replica.replicaProvisionedWriteCapacityAutoScalingSettings)
            #expect(write.minimumUnits == 10 && write.maximumUnits == 100)
            #expect(write.autoScalingDisabled == nil)
            #expect(
                write.autoScalingRoleArn
                    == "arn:aws:iam::123456789012:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
            )
            let policy = try #require(write.scalingPolicies?.first)
            #expect(policy.policyName == "DynamoDBWriteCapacityUtilization:table/table")
            #expect(policy.targetTrackingScalingPolicyConfiguration?.targetValue == 80)
            #expect(policy.targetTrackingScalingPolicyConfiguration?.scaleInCooldown == 60)
            #expect(replica.replicaProvisionedReadCapacityAutoScalingSettings?.autoScalingDisabled == true)
        }
        for region in [TestBench.region, Self.other] {
            let input = DescribeScalingPoliciesInput(serviceNamespace: "dynamodb")
            let policies = try self.bench.bench.run(DescribeScalingPolicies.self, input, region: region).scalingPolicies
            #expect(policies?.map(\.scalableDimension) == ["dynamodb:table:WriteCapacityUnits"])
            let metric = policies?.first?.targetTrackingScalingPolicyConfiguration?.predefinedMetricSpecification
            #expect(metric?.predefinedMetricType == "DynamoDBWriteCapacityUtilization")
        }
        #expect(try self.describe(in: Self.other) == answer)
    }

    @Test func `reads scale in one region, of the table and of an index`() throws {
        let answer = try self.update(
            #"""
            "GlobalSecondaryIndexUpdates":[{"IndexName":"index","ProvisionedWriteCapacityAutoScalingUpdate":\#(Self.settings)}],
            "ReplicaUpdates":[{"RegionName":"eu-west-2","ReplicaProvisionedReadCapacityAutoScalingUpdate":\#(Self.settings),
              "ReplicaGlobalSecondaryIndexUpdates":[{"IndexName":"index","ProvisionedReadCapacityAutoScalingUpdate":\#(Self.settings)}]}]
            """#)
        let here = try #require(answer?.replicas?.first)
        let there = try #require(answer?.replicas?.last)
        #expect(here.replicaProvisionedReadCapacityAutoScalingSettings?.autoScalingDisabled == true)
        #expect(there.replicaProvisionedReadCapacityAutoScalingSettings?.minimumUnits == 10)
        #expect(here.globalSecondaryIndexes?.first?.provisionedReadCapacityAutoScalingSettings?.minimumUnits == nil)
        #expect(there.globalSecondaryIndexes?.first?.provisionedReadCapacityAutoScalingSettings?.minimumUnits == 10)
        let write = here.globalSecondaryIndexes?.first?.provisionedWriteCapacityAutoScalingSettings
        #expect(write?.scalingPolicies?.first?.policyName == "DynamoDBWriteCapacityUtilization:table/table/index/index")
    }

    @Test func `a policy takes the place of the one before, which takes a permission, and so does the end`() throws {
        let change = #""ProvisionedWriteCapacityAutoScalingUpdate""#
        _ = try self.update(#"\#(change):\#(Self.settings)"#)
        let policy =
            #"{"ScalingPolicyUpdate":{"PolicyName":"mine","TargetTrackingScalingPolicyConfiguration":{"TargetValue":50.5}}}"#
        self.bench.authorizer.refuse(["application-autoscaling:DeleteScalingPolicy"])
        let input = #"{"TableName":"table",\#(change):\#(policy)}"#
        #expect(self.bench.refusal(UpdateTableReplicaAutoScaling.self, input)?.hasPrefix("AccessDenied") == true)
        self.bench.authorizer.refuse([])
        let write = try self.update(#"\#(change):\#(policy)"#)?.replicas?.last?
            .replicaProvisionedWriteCapacityAutoScalingSettings
        #expect(write?.scalingPolicies?.map(\.policyName) == ["mine"])
        #expect(write?.minimumUnits == 10)
        let end = #"{"TableName":"table",\#(change):{"AutoScalingDisabled":true}}"#
        self.bench.authorizer.refuse(["application-autoscaling:DeregisterScalableTarget"])
        #expect(self.bench.refusal(UpdateTableReplicaAutoScaling.self, end)?.hasPrefix("AccessDenied") == true)
        self.bench.authorizer.refuse([])
        let ended = try self.update(#"\#(change):{"AutoScalingDisabled":true}"#)
        #expect(
            ended?.replicas?.allSatisfy {
                $0.replicaProvisionedWriteCapacityAutoScalingSettings?.autoScalingDisabled == true
            } == true)
    }

    /// Words of AWS as ack-api-quirks found them, DDB-TABLE-231.
    @Test func `a table without replicas is no global table`() throws {
        try self.bench.create("single")
        let words = "ResourceNotFoundException: Global table with name: single does not exist."
        #expect(self.bench.refusal(DescribeTableReplicaAutoScaling.self, #"{"TableName":"single"}"#) == words)
        let change = #"{"TableName":"single","ProvisionedWriteCapacityAutoScalingUpdate":\#(Self.settings)}"#
        #expect(self.bench.refusal(UpdateTableReplicaAutoScaling.self, change) == words)
    }

    @Test func `a group on demand can be told how it would scale`() throws {
        _ = try self.update(#""ProvisionedWriteCapacityAutoScalingUpdate":\#(Self.settings)"#)
        // So it may become provisioned, and what was set is in all regions.
        let units = #""ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}"#
        let index = #"{"Update":{"IndexName":"index",\#(units)}}"#
        let json =
            #"{"TableName":"table","BillingMode":"PROVISIONED",\#(units),"GlobalSecondaryIndexUpdates":[\#(index)]}"#
        #expect(
            self.bench.refusal(UpdateTable.self, json)
                == "ValidationException: GSI write capacity should either be Pay-Per-Request or AutoScaled.")
        _ = try self.update(
            #""GlobalSecondaryIndexUpdates":[{"IndexName":"index","ProvisionedWriteCapacityAutoScalingUpdate":\#(Self.settings)}]"#
        )
        #expect(self.bench.refusal(UpdateTable.self, json) == nil)
        let there = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#, in: Self.other).table
        #expect(there?.billingModeSummary?.billingMode == "PROVISIONED")
    }

    @Test func `what is not there, and bounds that are missing or crossed, are refused`() {
        func refusal(_ change: String) -> String? {
            self.bench.refusal(UpdateTableReplicaAutoScaling.self, #"{"TableName":"table",\#(change)}"#)
        }
        let write = #""ProvisionedWriteCapacityAutoScalingUpdate""#
        #expect(refusal(#"\#(write):{"MinimumUnits":1}"#)?.hasPrefix("ValidationException: ") == true)
        #expect(refusal(#"\#(write):{"MinimumUnits":5,"MaximumUnits":4}"#)?.hasPrefix("ValidationException: ") == true)
        let index = #"[{"IndexName":"none","ProvisionedWriteCapacityAutoScalingUpdate":\#(Self.settings)}]"#
        #expect(
            refusal(#""GlobalSecondaryIndexUpdates":\#(index)"#)
                == "ValidationException: The table does not have the specified index: none")
        #expect(
            refusal(#""ReplicaUpdates":[{"RegionName":"eu-west-3"}]"#)
                == "ValidationException: Replica specified in the Replica Update or Replica Delete action of the request was not found."
        )
        #expect(
            self.bench.refusal(DescribeTableReplicaAutoScaling.self, #"{"TableName":"none"}"#)
                == "ResourceNotFoundException: Requested resource not found: Table: none not found")
    }
}
