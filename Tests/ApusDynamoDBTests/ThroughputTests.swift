import ApusBase
import ApusService
import ApusTestSupport
import ApusWire
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// Throughput that is enforced: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TroubleshootingThrottling.html
@Suite struct ThroughputTests {
    private let bench = DynamoDBBench(allowances: Allowances())
    private static let exceeded =
        "ProvisionedThroughputExceededException: The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
    private static let indexExceeded =
        "ProvisionedThroughputExceededException: The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API"

    private static func units(_ read: Int, _ write: Int) -> String {
        #""ProvisionedThroughput":{"ReadCapacityUnits":\#(read),"WriteCapacityUnits":\#(write)}"#
    }

    private func create(_ read: Int, _ write: Int, index: (read: Int, write: Int)? = nil) throws {
        var more = ""
        var definitions = #"{"AttributeName":"pk","AttributeType":"S"}"#
        if let index {
            definitions += #",{"AttributeName":"g","AttributeType":"S"}"#
            more =
                #","GlobalSecondaryIndexes":[{"IndexName":"index","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},\#(Self.units(index.read, index.write))}]"#
        }
        _ = try self.bench.run(
            CreateTable.self,
            #"{"TableName":"table","AttributeDefinitions":[\#(definitions)],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],\#(Self.units(read, write))\#(more)}"#
        )
    }

    /// Puts an item of so many units; its refusal.
    private func put(_ name: String, units: Int = 1, _ more: String = "") -> String? {
        let text = String(repeating: "x", count: (units - 1) * 1_024)
        return self.bench.refusal(
            PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"\#(name)"},"t":{"S":"\#(text)"}\#(more)}}"#)
    }

    private func get(_ name: String) -> String? {
        self.bench.refusal(
            GetItem.self, #"{"TableName":"table","Key":{"pk":{"S":"\#(name)"}},"ConsistentRead":true}"#)
    }

    private func reasons<Op: Operation>(_ operation: Op.Type, _ json: String) -> String? where Op.Input: Shape {
        do {
            _ = try self.bench.run(operation, json)
            return nil
        } catch {
            return ((error as? ServiceError)?.apiError?.fields.first?.value).map(\.text)
        }
    }

    @Test func `what goes beyond the provisioned throughput is throttled, and writes nothing`() throws {
        try self.create(2, 2)
        #expect(self.put("a") == nil)
        #expect(self.put("b") == nil)
        #expect(self.put("c") == Self.exceeded)
        #expect(
            self.reasons(PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"c"}}}"#)
                == #"[{"reason":"TableWriteProvisionedThroughputExceeded","resource":"arn:aws:dynamodb:eu-west-1:123456789012:table/table"}]"#
        )
        #expect(self.get("a") == nil)
        #expect(try self.bench.get(#"{"pk":{"S":"c"}}"#) == nil)
        self.bench.bench.advance(seconds: 1)
        #expect(self.put("c") == nil)
    }

    @Test func `reads have a throughput of their own`() throws {
        try self.create(1, 5)
        #expect(self.put("a") == nil)
        #expect(self.get("a") == nil)
        #expect(self.get("a") == Self.exceeded)
        #expect(self.put("b") == nil)
        #expect(
            self.reasons(GetItem.self, #"{"TableName":"table","Key":{"pk":{"S":"a"}}}"#)
                == #"[{"reason":"TableReadProvisionedThroughputExceeded","resource":"arn:aws:dynamodb:eu-west-1:123456789012:table/table"}]"#
        )
        self.bench.bench.advance(milliseconds: 500)
        // Half a unit is there: enough for an eventually consistent read.
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) != nil)
        #expect(self.get("a") == Self.exceeded)
    }

    @Test func `a request may take more than there is, and the next ones wait for it`() throws {
        try self.create(1, 2)
        #expect(self.put("a", units: 5) == nil)
        self.bench.bench.advance(milliseconds: 1_500)
        #expect(self.put("b") == Self.exceeded)
        self.bench.bench.advance(milliseconds: 1)
        #expect(self.put("b") == nil)
    }

    @Test func `what was not used is kept for five minutes`() throws {
        try self.create(1, 2)
        self.bench.bench.advance(seconds: 1_000)
        #expect(self.put("a", units: 390) == nil)
        #expect(self.put("a", units: 390) == nil)
        #expect(self.put("a") == Self.exceeded)
        self.bench.bench.advance(seconds: 90)
        #expect(self.put("a") == Self.exceeded)
        self.bench.bench.advance(milliseconds: 1)
        #expect(self.put("a") == nil)
    }

    @Test func `a wrong request is not throttled, and costs nothing`() throws {
        try self.create(1, 1)
        let wrong = #"{"TableName":"table","Item":{"x":{"S":"a"}}}"#
        #expect(self.bench.refusal(PutItem.self, wrong)?.hasPrefix("ValidationException") == true)
        #expect(self.put("a") == nil)
        #expect(self.bench.refusal(PutItem.self, wrong)?.hasPrefix("ValidationException") == true)
        #expect(
            self.bench.refusal(GetItem.self, #"{"TableName":"other","Key":{"pk":{"S":"a"}}}"#)
                == "ResourceNotFoundException: Requested resource not found")
    }

    @Test func `a condition that does not hold costs as much as the item`() throws {
        try self.create(1, 4)
        #expect(self.put("a", units: 2) == nil)
        let request =
            #"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":"attribute_not_exists(pk)"}"#
        #expect(
            self.bench.refusal(PutItem.self, request)
                == "ConditionalCheckFailedException: The conditional request failed")
        #expect(self.bench.refusal(PutItem.self, request) == Self.exceeded)
    }

    @Test func `the larger of the items before and after counts`() throws {
        try self.create(1, 7)
        #expect(self.put("a", units: 4) == nil)
        #expect(self.put("a") == nil)
        #expect(self.put("a") == Self.exceeded)
    }

    @Test func `a write is throttled by an index that has nothing left, unless it does not change it`() throws {
        try self.create(1, 10, index: (1, 1))
        #expect(self.put("a", #","g":{"S":"1"}"#) == nil)
        #expect(self.put("b", #","g":{"S":"1"}"#) == Self.indexExceeded)
        #expect(try self.bench.get(#"{"pk":{"S":"b"}}"#) == nil)
        #expect(self.put("c") == nil)
        #expect(
            self.reasons(PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"c"},"g":{"S":"1"}}}"#)
                == #"[{"reason":"IndexWriteProvisionedThroughputExceeded","resource":"arn:aws:dynamodb:eu-west-1:123456789012:table/table/index/index"}]"#
        )
    }

    @Test func `a query of an index takes of the index`() throws {
        try self.create(1, 10, index: (1, 10))
        #expect(self.put("a", #","g":{"S":"1"}"#) == nil)
        let query =
            #"{"TableName":"table","IndexName":"index","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"1"}}}"#
        #expect(self.bench.refusal(Query.self, query) == nil)
        #expect(self.bench.refusal(Query.self, query) == nil)
        #expect(self.bench.refusal(Query.self, query) == Self.indexExceeded)
        #expect(
            self.reasons(Query.self, query)
                == #"[{"reason":"IndexReadProvisionedThroughputExceeded","resource":"arn:aws:dynamodb:eu-west-1:123456789012:table/table/index/index"}]"#
        )
        #expect(self.get("a") == nil)
    }

    @Test func `a scan is let in while anything is left, and pays for what it read`() throws {
        try self.create(1, 30)
        for number in 0..<3 { #expect(self.put("\(number)", units: 8) == nil) }
        let scan = #"{"TableName":"table","ConsistentRead":true}"#
        #expect(try self.bench.run(Scan.self, scan).count == 3)
        // 22 KB are six units, one was there.
        self.bench.bench.advance(seconds: 5)
        #expect(self.bench.refusal(Scan.self, scan) == Self.exceeded)
        self.bench.bench.advance(milliseconds: 1)
        #expect(self.bench.refusal(Scan.self, scan) == nil)
    }

    @Test func `other rates count at once, and leave what there is`() throws {
        try self.create(1, 10)
        #expect(self.put("a", units: 10) == nil)
        #expect(self.put("a") == Self.exceeded)
        _ = try self.bench.run(UpdateTable.self, #"{"TableName":"table",\#(Self.units(1, 20))}"#)
        #expect(self.put("a") == Self.exceeded)
        self.bench.bench.advance(milliseconds: 100)
        #expect(self.put("a", units: 2) == nil)
        self.bench.bench.advance(milliseconds: 1_100)
        #expect(self.put("a") == nil)
    }

    @Test func `a table that is gone leaves nothing`() throws {
        let allowances = Allowances()
        let bench = DynamoDBBench(allowances: allowances)
        try bench.create()
        try bench.put(#"{"pk":{"S":"a"}}"#)
        #expect(allowances.count == 1)
        _ = try bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        #expect(allowances.count == 0)
    }

    @Test func `a table on demand is held to its maximum, and to the quota`() throws {
        try self.bench.create(more: #""OnDemandThroughput":{"MaxReadRequestUnits":1}"#)
        #expect(self.get("a") == nil)
        #expect(
            self.get("a")
                == "ThrottlingException: Throughput exceeds the maximum OnDemandThroughput configured on table or index"
        )
        #expect(
            self.reasons(GetItem.self, #"{"TableName":"table","Key":{"pk":{"S":"a"}}}"#)
                == #"[{"reason":"TableReadMaxOnDemandThroughputExceeded","resource":"arn:aws:dynamodb:eu-west-1:123456789012:table/table"}]"#
        )
        for number in 0..<103 { #expect(self.put("\(number)", units: 390) == nil) }
        #expect(
            self.put("a")
                == "RequestLimitExceeded: Throughput exceeds the current throughput limit for your account. To request a limit increase, contact AWS Support at https://aws.amazon.com/support."
        )
    }

    @Test func `nothing is throttled where throughput is not enforced`() throws {
        let bench = DynamoDBBench()
        _ = try bench.run(
            CreateTable.self,
            #"{"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],\#(Self.units(1, 1))}"#
        )
        for number in 0..<20 { try bench.put(#"{"pk":{"S":"\#(number)"}}"#) }
    }
}
