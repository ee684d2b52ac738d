import ApusBase
import ApusService
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

@Suite struct QueryTests {
    private let bench = DynamoDBBench()

    /// Items a/-2, a/-1, a/0 … a/5 and b/0, with `v` telling the sort key.
    private func fill() throws {
        try self.bench.create(sort: "N")
        for number in -2...5 {
            try self.bench.put(#"{"pk":{"S":"a"},"sk":{"N":"\#(number)"},"v":{"S":"v\#(number)"}}"#)
        }
        try self.bench.put(#"{"pk":{"S":"b"},"sk":{"N":"0"}}"#)
    }

    private func query(_ condition: String, _ values: String = "", _ more: String = "") throws -> QueryOutput {
        let all = #"":a":{"S":"a"}"# + (values.isEmpty ? "" : "," + values)
        return try self.bench.run(
            Query.self,
            #"""
            {"TableName":"table","KeyConditionExpression":"pk = :a\#(condition)",
             "ExpressionAttributeValues":{\#(all)}\#(more)}
            """#)
    }

    private func sortKeys(_ output: QueryOutput) -> [String] {
        (output.items ?? []).compactMap { $0.item["sk"]?.number?.text }
    }

    @Test(arguments: [
        ("", "", ["-2", "-1", "0", "1", "2", "3", "4", "5"]),
        (" AND sk = :x", #"":x":{"N":"1"}"#, ["1"]),
        (" AND sk < :x", #"":x":{"N":"0"}"#, ["-2", "-1"]),
        (" AND sk <= :x", #"":x":{"N":"0"}"#, ["-2", "-1", "0"]),
        (" AND sk > :x", #"":x":{"N":"3"}"#, ["4", "5"]),
        (" AND sk >= :x", #"":x":{"N":"3.0"}"#, ["3", "4", "5"]),
        (" AND sk BETWEEN :x AND :y", #"":x":{"N":"-1"},":y":{"N":"1"}"#, ["-1", "0", "1"]),
    ])
    func `sort keys are compared as numbers`(condition: String, values: String, expected: [String]) throws {
        try self.fill()
        let output = try self.query(condition, values)
        #expect(self.sortKeys(output) == expected)
        #expect(output.count == expected.count)
        #expect(output.lastEvaluatedKey == nil)
        #expect(self.sortKeys(try self.query(condition, values, #","ScanIndexForward":false"#)) == expected.reversed())
    }

    @Test func `strings that begin with another are found`() throws {
        try self.bench.create(sort: "S")
        for text in ["a", "ab", "abc", "ac", "b"] { try self.bench.put(#"{"pk":{"S":"a"},"sk":{"S":"\#(text)"}}"#) }
        let output = try self.query(" AND begins_with(sk, :x)", #"":x":{"S":"ab"}"#)
        #expect(output.items?.compactMap { $0.item["sk"]?.string } == ["ab", "abc"])
        let greater = try self.query(" AND sk > :x", #"":x":{"S":"ab"}"#)
        #expect(greater.items?.compactMap { $0.item["sk"]?.string } == ["abc", "ac", "b"])
    }

    @Test(arguments: [1, 2, 3, 8, 100], ["true", "false"])
    func `pages show each item once`(limit: Int, forward: String) throws {
        try self.fill()
        var found: [String] = []
        var start = ""
        var pages = 0
        repeat {
            let output = try self.query("", "", #","Limit":\#(limit),"ScanIndexForward":\#(forward)\#(start)"#)
            found += self.sortKeys(output)
            start = output.lastEvaluatedKey.map { #","ExclusiveStartKey":\#($0.item.json)"# } ?? ""
            pages += 1
        } while !start.isEmpty && pages < 20
        let expected = ["-2", "-1", "0", "1", "2", "3", "4", "5"]
        #expect(found == (forward == "true" ? expected : expected.reversed()))
        // As in AWS, a page that is full tells a key even when nothing follows.
        #expect(pages == 8 / limit + 1)
    }

    @Test func `a page ends when it has a megabyte`() throws {
        try self.bench.create(sort: "N")
        let text = String(repeating: "x", count: 300_000)
        for number in 0..<6 { try self.bench.put(#"{"pk":{"S":"a"},"sk":{"N":"\#(number)"},"v":{"S":"\#(text)"}}"#) }
        let first = try self.query("")
        #expect(first.count == 4)
        let key = try #require(first.lastEvaluatedKey).item.json
        let second = try self.query("", "", #","ExclusiveStartKey":\#(key)"#)
        #expect(self.sortKeys(second) == ["4", "5"])
        #expect(second.lastEvaluatedKey == nil)
    }

    @Test func `a filter hides items that were read and paid for`() throws {
        try self.fill()
        let output = try self.query(
            "", #"":v":{"S":"v3"}"#, #","FilterExpression":"v = :v","ReturnConsumedCapacity":"TOTAL""#)
        #expect(self.sortKeys(output) == ["3"])
        #expect(output.scannedCount == 8)
        #expect(output.consumedCapacity?.capacityUnits == 0.5)
        let count = try self.query("", "", #","Select":"COUNT""#)
        #expect(count.items == nil)
        #expect(count.count == 8)
    }

    @Test func `the parameters that expressions have replaced work`() throws {
        try self.fill()
        let output = try self.bench.run(
            Query.self,
            #"""
            {"TableName":"table","KeyConditions":{
              "pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]},
              "sk":{"ComparisonOperator":"GE","AttributeValueList":[{"N":"2"}]}},
             "QueryFilter":{"v":{"ComparisonOperator":"NE","AttributeValueList":[{"S":"v3"}]}},
             "AttributesToGet":["sk"]}
            """#)
        #expect(output.items?.map(\.item.json) == [#"{"sk":{"N":"2"}}"#, #"{"sk":{"N":"4"}}"#, #"{"sk":{"N":"5"}}"#])
    }

    @Test(arguments: [
        (
            #""KeyConditionExpression":"sk = :x","ExpressionAttributeValues":{":x":{"N":"1"}}"#,
            "Query condition missed key schema element: pk"
        ),
        (
            #""KeyConditionExpression":"pk > :x","ExpressionAttributeValues":{":x":{"S":"1"}}"#,
            "Query key condition not supported"
        ),
        (
            #""KeyConditionExpression":"pk = :x","ExpressionAttributeValues":{":x":{"N":"1"}}"#,
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        ),
        (
            #""Limit":1"#,
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        ),
        (
            #""KeyConditionExpression":"pk = :x","FilterExpression":"sk = :x","ExpressionAttributeValues":{":x":{"S":"1"}}"#,
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"
        ),
        (
            #""IndexName":"none","KeyConditionExpression":"pk = :x","ExpressionAttributeValues":{":x":{"S":"1"}}"#,
            "The table does not have the specified index: none"
        ),
        (
            #""Limit":0,"KeyConditionExpression":"pk = :x","ExpressionAttributeValues":{":x":{"S":"1"}}"#,
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ),
        (
            #""ExclusiveStartKey":{"pk":{"S":"other"},"sk":{"N":"1"}},"KeyConditionExpression":"pk = :x","ExpressionAttributeValues":{":x":{"S":"1"}}"#,
            "The provided starting key is outside query boundaries based on provided conditions"
        ),
        (
            #""Select":"SPECIFIC_ATTRIBUTES","KeyConditionExpression":"pk = :x","ExpressionAttributeValues":{":x":{"S":"1"}}"#,
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        ),
    ])
    func `mistakes are told in AWS's words`(rest: String, message: String) throws {
        try self.bench.create(sort: "N")
        #expect(self.bench.refusal(Query.self, #"{"TableName":"table",\#(rest)}"#) == "ValidationException: \(message)")
    }
}
