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

    @Test func `a transaction reads and writes four megabytes at most`() throws {
        try self.bench.create()
        let text = String(repeating: "x", count: 400_000)
        for number in 0..<11 { try self.bench.put(#"{"pk":{"S":"k\#(number)"},"v":{"S":"\#(text)"}}"#) }
        func reading(_ count: Int) -> String? {
            let parts = (0..<count).map { #"{"Get":{"TableName":"table","Key":{"pk":{"S":"k\#($0)"}}}}"# }
            return self.bench.refusal(TransactGetItems.self, self.write(parts))
        }
        func writing(_ count: Int) -> String? {
            let parts = (0..<count).map { Self.put("k\($0)", #","v":{"S":"\#(text)"}"#) }
            return self.bench.refusal(TransactWriteItems.self, self.write(parts))
        }
        #expect(reading(10) == nil)
        #expect(writing(10) == nil)
        #expect(reading(11)?.hasPrefix("ValidationException") == true)
        #expect(writing(11)?.hasPrefix("ValidationException") == true)
    }

    @Test func `a transaction has tables of one account`() throws {
        try self.bench.create()
        let other =
            #"{"Delete":{"TableName":"arn:aws:dynamodb:eu-west-1:210987654321:table/table","Key":{"pk":{"S":"a"}}}}"#
        // Whether it is there or not: nobody learns which tables others have.
        #expect(
            self.bench.refusal(TransactWriteItems.self, self.write([Self.put("a"), other]))
                == "ResourceNotFoundException: Requested resource not found")
        var reasons = CancellationReasons(count: 2, .write)
        reasons.note(accountsOf: [
            TableReference(account: "1", region: "r", name: "a"), TableReference(account: "2", region: "r", name: "a"),
        ])
        #expect(throws: ServiceError.self) { try reasons.check() }
        var same = CancellationReasons(count: 2, .write)
        same.note(accountsOf: [
            TableReference(account: "1", region: "r", name: "a"), TableReference(account: "1", region: "r", name: "b"),
        ])
        #expect(throws: Never.self) { try same.check() }
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
