import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import Testing

@testable import ApusAutoScaling

/// Scalable targets of DynamoDB, kept and told:
/// https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-dynamodb.html
@Suite struct ScalableTargetTests {
    private let authorizer = RecordingAuthorizer()
    private let bench: TestBench

    init() {
        let authorizer = self.authorizer
        self.bench = TestBench { $0.authorizer = authorizer }
    }

    private static func names(_ table: String = "orders", _ unit: String = "Read") -> String {
        #""ServiceNamespace":"dynamodb","ResourceId":"table/\#(table)","ScalableDimension":"dynamodb:table:\#(unit)CapacityUnits""#
    }

    private static let tracking =
        #""PolicyType":"TargetTrackingScaling","TargetTrackingScalingPolicyConfiguration":{"TargetValue":70.0,"PredefinedMetricSpecification":{"PredefinedMetricType":"DynamoDBReadCapacityUtilization"},"ScaleInCooldown":60}"#

    private func run<Op: Operation>(_ operation: Op.Type, _ json: String) throws -> Op.Output where Op.Input: Shape {
        let input: Op.Input
        do throws(WireError) {
            input = try AutoScalingAPI.model.decode(Op.Input.self, from: .json(Array(json.utf8)))
        } catch {
            throw ServiceError.api(AutoScalingAPI.model.apiError(for: error))
        }
        return try self.bench.run(operation, input)
    }

    private func refusal<Op: Operation>(_ operation: Op.Type, _ json: String) -> String? where Op.Input: Shape {
        do {
            _ = try self.run(operation, json)
            return nil
        } catch {
            return (error as? ServiceError)?.apiError.map { "\($0.code): \($0.message)" }
        }
    }

    @discardableResult
    private func register(_ table: String = "orders", _ more: String = "") throws -> String? {
        try self.run(
            RegisterScalableTarget.self, #"{\#(Self.names(table)),"MinCapacity":5,"MaxCapacity":50\#(more)}"#
        ).scalableTargetARN
    }

    private func targets(_ more: String = "") throws -> [ScalableTarget] {
        try self.run(DescribeScalableTargets.self, #"{"ServiceNamespace":"dynamodb"\#(more)}"#).scalableTargets ?? []
    }

    @Test func `a target is told as it was registered`() throws {
        let arn = try self.register()
        let target = try #require(try self.targets().first)
        #expect(target.resourceId == "table/orders")
        #expect(target.minCapacity == 5 && target.maxCapacity == 50)
        #expect(target.scalableTargetARN == arn)
        #expect(
            target.roleARN
                == "arn:aws:iam::123456789012:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
        )
        #expect(target.suspendedState?.dynamicScalingInSuspended == false)
        #expect(target.creationTime == self.bench.clock.now)
        #expect(arn?.hasPrefix("arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/") == true)
    }

    @Test func `registering again changes what is given`() throws {
        let arn = try self.register()
        let again = try self.run(
            RegisterScalableTarget.self,
            #"{\#(Self.names()),"MaxCapacity":80,"SuspendedState":{"DynamicScalingInSuspended":true}}"#)
        #expect(again.scalableTargetARN == arn)
        let target = try #require(try self.targets().first)
        #expect(target.minCapacity == 5 && target.maxCapacity == 80)
        #expect(target.suspendedState?.dynamicScalingInSuspended == true)
        #expect(
            self.refusal(RegisterScalableTarget.self, #"{\#(Self.names()),"MaxCapacity":4}"#)
                == "ValidationException: Maximum capacity cannot be less than minimum capacity")
    }

    @Test func `a dimension goes with its resource, and other services are refused by name`() throws {
        let wrong = "ValidationException: Unsupported service namespace, resource type or scalable dimension"
        for (resource, dimension) in [
            ("orders", "dynamodb:table:ReadCapacityUnits"), ("table/orders", "dynamodb:index:ReadCapacityUnits"),
            ("table/orders/index/by-state", "dynamodb:table:ReadCapacityUnits"),
        ] {
            let names =
                #""ServiceNamespace":"dynamodb","ResourceId":"\#(resource)","ScalableDimension":"\#(dimension)""#
            #expect(
                self.refusal(RegisterScalableTarget.self, #"{\#(names),"MinCapacity":1,"MaxCapacity":2}"#) == wrong)
        }
        #expect(
            self.refusal(DescribeScalableTargets.self, #"{"ServiceNamespace":"ecs"}"#)?.hasSuffix(
                "Apus does not implement scalable targets of the namespace ecs.") == true)
    }

    @Test func `a policy belongs to its target and goes with it`() throws {
        let names = #"\#(Self.names()),"PolicyName":"half""#
        #expect(
            self.refusal(PutScalingPolicy.self, "{\(names),\(Self.tracking)}")
                == "ObjectNotFoundException: No scalable target registered for service namespace: dynamodb, resource ID: table/orders, scalable dimension: dynamodb:table:ReadCapacityUnits"
        )
        try self.register()
        let put = try self.run(PutScalingPolicy.self, "{\(names),\(Self.tracking)}")
        #expect(put.alarms?.isEmpty == true)
        #expect(put.policyARN.hasSuffix(":resource/dynamodb/table/orders:policyName/half"))
        #expect(try self.run(PutScalingPolicy.self, "{\(names),\(Self.tracking)}").policyARN == put.policyARN)
        let shown = try self.run(
            DescribeScalingPolicies.self, #"{"ServiceNamespace":"dynamodb","PolicyNames":["half"]}"#)
        let policy = try #require(shown.scalingPolicies?.first)
        #expect(shown.scalingPolicies?.count == 1)
        #expect(policy.policyARN == put.policyARN)
        #expect(policy.targetTrackingScalingPolicyConfiguration?.targetValue == 70)
        #expect(policy.targetTrackingScalingPolicyConfiguration?.scaleInCooldown == 60)
        #expect(
            self.refusal(PutScalingPolicy.self, #"{\#(names),"PolicyType":"StepScaling"}"#)?
                .hasPrefix("ValidationException: ") == true)
        _ = try self.run(DeleteScalingPolicy.self, "{\(names)}")
        #expect(self.refusal(DeleteScalingPolicy.self, "{\(names)}")?.hasPrefix("ObjectNotFoundException: ") == true)
        _ = try self.run(PutScalingPolicy.self, "{\(names),\(Self.tracking)}")
        _ = try self.run(DeregisterScalableTarget.self, "{\(Self.names())}")
        #expect(
            try self.run(DescribeScalingPolicies.self, #"{"ServiceNamespace":"dynamodb"}"#).scalingPolicies?.isEmpty
                == true)
        #expect(
            self.refusal(DeregisterScalableTarget.self, "{\(Self.names())}")
                == "ObjectNotFoundException: No scalable target found for service namespace: dynamodb, resource ID: table/orders, scalable dimension: dynamodb:table:ReadCapacityUnits"
        )
    }

    @Test func `lists have pages and filters`() throws {
        for number in 0..<7 { try self.register("t\(number)") }
        var seen: [String] = []
        var token: String?
        repeat {
            let more = token.map { #","NextToken":"\#($0)""# } ?? ""
            let page = try self.run(
                DescribeScalableTargets.self, #"{"ServiceNamespace":"dynamodb","MaxResults":3\#(more)}"#)
            seen += page.scalableTargets?.map(\.resourceId) ?? []
            token = page.nextToken
        } while token != nil
        #expect(seen == (0..<7).map { "table/t\($0)" })
        #expect(try self.targets(#","ResourceIds":["table/t3"]"#).map(\.resourceId) == ["table/t3"])
        #expect(try self.targets(#","ScalableDimension":"dynamodb:table:WriteCapacityUnits""#).isEmpty)
    }

    @Test func `a target has tags, which policies see`() throws {
        let arn = try #require(try self.register("orders", #","Tags":{"team":"a"}"#))
        _ = try self.run(TagResource.self, #"{"ResourceARN":"\#(arn)","Tags":{"cost":"1"}}"#)
        #expect(self.authorizer.demands.last?.resource == arn)
        #expect(self.authorizer.demands.last?.action == "application-autoscaling:TagResource")
        let list = #"{"ResourceARN":"\#(arn)"}"#
        #expect(try self.run(ListTagsForResource.self, list).tags == ["team": "a", "cost": "1"])
        _ = try self.run(UntagResource.self, #"{"ResourceARN":"\#(arn)","TagKeys":["team"]}"#)
        #expect(try self.run(ListTagsForResource.self, list).tags == ["cost": "1"])
        #expect(
            self.refusal(ListTagsForResource.self, #"{"ResourceARN":"\#(arn)0"}"#)?
                .hasPrefix("ResourceNotFoundException: ") == true)
    }

    @Test func `keys and records keep their bytes`() throws {
        let key = ScalableTargetKey(account: "1", region: "r", namespace: "n", resource: "t", dimension: "d")
        #expect(Hex.encode(key.encoded) == "6001" + "3100" + "7200" + "6e00" + "7400" + "6400")
        var record = ScalableTargetRecord(
            id: "i", created: Timestamp(milliseconds: 1), minimum: 1, maximum: 2, role: "r")
        record.tags = ["k": "v"]
        record.policies = [
            ScalingPolicyRecord(name: "n", id: "p", created: Timestamp(milliseconds: 1), configuration: [7])
        ]
        let hex =
            "01" + "0169" + "02" + "02" + "04" + "0172" + "000000" + "01" + "016b" + "0176"
            + "01" + "016e" + "0170" + "02" + "0107"
        #expect(Hex.encode(record.encoded) == hex)
        #expect(try ScalableTargetRecord(decoding: try #require(Hex.decode(hex)), tag: .scalableTarget) == record)
    }
}
