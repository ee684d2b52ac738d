import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

@Suite struct TransactionTests {
    private let bench = DynamoDBBench()

    private static func put(_ name: String, _ more: String = "", condition: String = "") -> String {
        #"{"Put":{"TableName":"table","Item":{"pk":{"S":"\#(name)"}\#(more)}\#(condition)}}"#
    }

    private func write(_ items: [String], _ more: String = "") -> String {
        #"{"TransactItems":[\#(items.joined(separator: ","))]\#(more)}"#
    }

    private static let ifNew = #","ConditionExpression":"attribute_not_exists(pk)""#

    @Test func `all parts are done together`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"d"}}"#)
        try self.bench.put(#"{"pk":{"S":"c"}}"#)
        let output = try self.bench.run(
            TransactWriteItems.self,
            self.write(
                [
                    Self.put("a"),
                    #"{"Delete":{"TableName":"table","Key":{"pk":{"S":"d"}}}}"#,
                    #"{"Update":{"TableName":"table","Key":{"pk":{"S":"u"}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}"#,
                    #"{"ConditionCheck":{"TableName":"table","Key":{"pk":{"S":"c"}},"ConditionExpression":"attribute_exists(pk)"}}"#,
                ], #","ReturnConsumedCapacity":"TOTAL""#))
        #expect(output.consumedCapacity?.first?.capacityUnits == 8)
        #expect(output.consumedCapacity?.first?.writeCapacityUnits == 8)
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) != nil)
        #expect(try self.bench.get(#"{"pk":{"S":"d"}}"#) == nil)
        #expect(try self.bench.get(#"{"pk":{"S":"u"}}"#) == #"{"n":{"N":"1"},"pk":{"S":"u"}}"#)
        let read = try self.bench.run(
            TransactGetItems.self,
            #"{"TransactItems":[{"Get":{"TableName":"table","Key":{"pk":{"S":"a"}}}},{"Get":{"TableName":"table","Key":{"pk":{"S":"x"}}}}],"ReturnConsumedCapacity":"TOTAL"}"#
        )
        #expect(read.responses?.map { $0.item?.item.json } == [#"{"pk":{"S":"a"}}"#, nil])
        #expect(read.consumedCapacity?.first?.capacityUnits == 4)
    }

    @Test func `a condition that does not hold cancels everything, and each part has its reason`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"b"},"n":{"N":"1"}}"#)
        let request = self.write([
            Self.put("a"),
            Self.put("b", condition: Self.ifNew + #","ReturnValuesOnConditionCheckFailure":"ALL_OLD""#),
            #"{"Update":{"TableName":"table","Key":{"pk":{"S":"c"}},"UpdateExpression":"SET n = n + :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}"#,
        ])
        do {
            _ = try self.bench.run(TransactWriteItems.self, request)
            Issue.record("The transaction was not cancelled.")
        } catch let error as ServiceError {
            #expect(error.apiError?.code == "TransactionCanceledException")
            #expect(
                error.apiError?.message
                    == "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]"
            )
            let reasons = error.apiError?.fields.first { $0.name == "CancellationReasons" }?.value.arrayValue
            #expect(reasons?.first?.text == #"{"Code":"None"}"#)
            #expect(
                reasons?[1].text
                    == #"{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":{"n":{"N":"1"},"pk":{"S":"b"}}}"#
            )
            #expect(
                reasons?.last?["Message"]?.stringValue
                    == "The provided expression refers to an attribute that does not exist in the item")
        }
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) == nil)
    }

    @Test func `an item has one part`() throws {
        try self.bench.create()
        #expect(
            self.bench.refusal(TransactWriteItems.self, self.write([Self.put("a"), Self.put("a")]))
                == "ValidationException: Transaction request cannot include multiple operations on one item")
        #expect(
            self.bench.refusal(TransactWriteItems.self, #"{"TransactItems":[{}]}"#)
                == "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete")
    }

    @Test func `a request with a token is done once in ten minutes`() throws {
        try self.bench.create()
        let update =
            #"{"Update":{"TableName":"table","Key":{"pk":{"S":"u"}},"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}"#
        let request = self.write([update], #","ClientRequestToken":"token""#)
        _ = try self.bench.run(TransactWriteItems.self, request)
        _ = try self.bench.run(TransactWriteItems.self, request)
        #expect(try self.bench.get(#"{"pk":{"S":"u"}}"#) == #"{"n":{"N":"1"},"pk":{"S":"u"}}"#)
        #expect(
            self.bench.refusal(
                TransactWriteItems.self, self.write([Self.put("other")], #","ClientRequestToken":"token""#))?
                .hasPrefix("IdempotentParameterMismatchException") == true)
        self.bench.bench.advance(seconds: 600)
        _ = try self.bench.run(TransactWriteItems.self, request)
        #expect(try self.bench.get(#"{"pk":{"S":"u"}}"#) == #"{"n":{"N":"2"},"pk":{"S":"u"}}"#)
    }

    @Test func `tokens that are over are removed`() throws {
        try self.bench.create()
        _ = try self.bench.run(TransactWriteItems.self, self.write([Self.put("a")], #","ClientRequestToken":"t""#))
        self.bench.bench.advance(seconds: 601)
        let outcome = try self.bench.bench.transact { (call) throws(ServiceError) in
            try TokenSweeper().work(in: &call)
        }
        #expect(outcome != .more)
        let left = try self.bench.bench.transact { (call) throws(ServiceError) in
            try call.count(TransactionTokenKey.range(), limit: 10)
                + call.count(TransactionTokenExpiryKey.range(), limit: 10)
        }
        #expect(left == 0)
    }
}
