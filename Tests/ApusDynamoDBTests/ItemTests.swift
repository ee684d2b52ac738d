import ApusBase
import ApusService
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

@Suite struct ItemTests {
    private let bench = DynamoDBBench()
    private static let failed = "ConditionalCheckFailedException: The conditional request failed"

    @Test func `a read of what was just written finds it`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"1.50"},"m":{"M":{"x":{"L":[{"BOOL":true},{"NULL":true}]}}}}"#)
        #expect(
            try self.bench.get(#"{"pk":{"S":"a"}}"#)
                == #"{"m":{"M":{"x":{"L":[{"BOOL":true},{"NULL":true}]}}},"n":{"N":"1.5"},"pk":{"S":"a"}}"#)
        #expect(try self.bench.get(#"{"pk":{"S":"b"}}"#) == nil)
    }

    @Test func `a projection answers parts`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"a"},"l":{"L":[{"N":"1"},{"N":"2"}]},"x":{"S":"y"}}"#)
        let output = try self.bench.run(
            GetItem.self,
            ##"{"TableName":"table","Key":{"pk":{"S":"a"}},"ProjectionExpression":"l[1],#n","ExpressionAttributeNames":{"#n":"pk"}}"##
        )
        #expect(output.item?.item.json == #"{"l":{"L":[{"N":"2"}]},"pk":{"S":"a"}}"#)
    }

    @Test func `keys that do not fit are refused in AWS's words`() throws {
        try self.bench.create(sort: "N")
        func get(_ key: String) -> String? {
            self.bench.refusal(GetItem.self, #"{"TableName":"table","Key":\#(key)}"#)
        }
        let mismatch = "ValidationException: The provided key element does not match the schema"
        #expect(get(#"{"pk":{"S":"a"}}"#) == mismatch)
        #expect(get(#"{"pk":{"S":"a"},"sk":{"S":"1"}}"#) == mismatch)
        #expect(get(#"{"pk":{"S":"a"},"other":{"N":"1"}}"#) == mismatch)
        #expect(get(#"{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"N":"1"}}"#) == mismatch)
        #expect(
            get(#"{"pk":{"S":""},"sk":{"N":"1"}}"#)
                == "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        )
        #expect(
            get(#"{"pk":{"S":"\#(String(repeating: "x", count: 2049))"},"sk":{"N":"1"}}"#)
                == "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
        )
        func put(_ item: String) -> String? {
            self.bench.refusal(PutItem.self, #"{"TableName":"table","Item":\#(item)}"#)
        }
        #expect(
            put(#"{"pk":{"S":"a"}}"#)
                == "ValidationException: One or more parameter values were invalid: Missing the key sk in the item")
        #expect(
            put(#"{"pk":{"S":"a"},"sk":{"S":"a"}}"#)
                == "ValidationException: One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S"
        )
    }

    @Test func `tables that are not there are refused`() {
        let missing = "ResourceNotFoundException: Requested resource not found"
        #expect(
            self.bench.refusal(GetItem.self, #"{"TableName":"nowhere","Key":{"pk":{"S":"a"}}}"#) == missing)
        #expect(
            self.bench.refusal(PutItem.self, #"{"TableName":"nowhere","Item":{"pk":{"S":"a"}}}"#) == missing)
        #expect(
            self.bench.refusal(DescribeTable.self, #"{"TableName":"nowhere"}"#)
                == "ResourceNotFoundException: Requested resource not found: Table: nowhere not found")
    }

    @Test func `a condition that does not hold changes nothing`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"1"}}"#)
        let put = #"""
            {"TableName":"table","Item":{"pk":{"S":"a"},"n":{"N":"2"}},
             "ConditionExpression":"attribute_not_exists(pk)"}
            """#
        #expect(self.bench.refusal(PutItem.self, put) == Self.failed)
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) == #"{"n":{"N":"1"},"pk":{"S":"a"}}"#)
        let delete = #"""
            {"TableName":"table","Key":{"pk":{"S":"a"}},"ConditionExpression":"n = :two",
             "ExpressionAttributeValues":{":two":{"N":"2"}}}
            """#
        #expect(self.bench.refusal(DeleteItem.self, delete) == Self.failed)
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) != nil)
    }

    @Test func `a failed condition shows the item where it is asked to`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"1"}}"#)
        do {
            _ = try self.bench.run(
                UpdateItem.self,
                #"""
                {"TableName":"table","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET n = :v","ConditionExpression":"n = :v",
                 "ExpressionAttributeValues":{":v":{"N":"2"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}
                """#)
            Issue.record("The condition held.")
        } catch let error as ServiceError {
            #expect(error.apiError?.fields.first?.name == "Item")
            #expect(error.apiError?.fields.first?.value.text == #"{"n":{"N":"1"},"pk":{"S":"a"}}"#)
        }
    }

    @Test(arguments: [
        ("NONE", nil), ("ALL_OLD", #"{"a":{"N":"1"},"b":{"N":"1"},"pk":{"S":"k"}}"#),
        ("ALL_NEW", #"{"a":{"N":"3"},"b":{"N":"1"},"c":{"S":"x"},"pk":{"S":"k"}}"#),
        ("UPDATED_OLD", #"{"a":{"N":"1"}}"#),
        ("UPDATED_NEW", #"{"a":{"N":"3"},"c":{"S":"x"}}"#),
    ])
    func `an update answers what ReturnValues asks for`(wanted: String, expected: String?) throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"k"},"a":{"N":"1"},"b":{"N":"1"}}"#)
        let output = try self.bench.run(
            UpdateItem.self,
            #"""
            {"TableName":"table","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET a = a + :two, c = :x",
             "ExpressionAttributeValues":{":two":{"N":"2"},":x":{"S":"x"}},"ReturnValues":"\#(wanted)"}
            """#)
        #expect(output.attributes?.item.json == expected)
    }

    @Test func `an update makes an item where there is none`() throws {
        try self.bench.create()
        _ = try self.bench.run(UpdateItem.self, #"{"TableName":"table","Key":{"pk":{"S":"k"}}}"#)
        #expect(try self.bench.get(#"{"pk":{"S":"k"}}"#) == #"{"pk":{"S":"k"}}"#)
        #expect(
            self.bench.refusal(
                UpdateItem.self,
                #"{"TableName":"table","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET pk = :v","ExpressionAttributeValues":{":v":{"S":"x"}}}"#
            )
                == "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"
        )
    }

    @Test func `a delete answers the old item`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"k"},"a":{"N":"1"}}"#)
        let delete = #"{"TableName":"table","Key":{"pk":{"S":"k"}},"ReturnValues":"ALL_OLD"}"#
        #expect(try self.bench.run(DeleteItem.self, delete).attributes?.item.json == #"{"a":{"N":"1"},"pk":{"S":"k"}}"#)
        #expect(try self.bench.run(DeleteItem.self, delete).attributes == nil)
        #expect(
            self.bench.refusal(
                DeleteItem.self, #"{"TableName":"table","Key":{"pk":{"S":"k"}},"ReturnValues":"ALL_NEW"}"#)
                == "ValidationException: ReturnValues can only be ALL_OLD or NONE")
    }

    @Test func `the parameters that expressions have replaced work, and not beside them`() throws {
        try self.bench.create()
        let put = #"{"TableName":"table","Item":{"pk":{"S":"k"}},"Expected":{"pk":{"Exists":false}}}"#
        _ = try self.bench.run(PutItem.self, put)
        #expect(self.bench.refusal(PutItem.self, put) == Self.failed)
        _ = try self.bench.run(
            UpdateItem.self,
            #"{"TableName":"table","Key":{"pk":{"S":"k"}},"AttributeUpdates":{"n":{"Action":"ADD","Value":{"N":"2"}}}}"#
        )
        #expect(try self.bench.get(#"{"pk":{"S":"k"}}"#) == #"{"n":{"N":"2"},"pk":{"S":"k"}}"#)
        #expect(
            self.bench.refusal(
                PutItem.self,
                #"{"TableName":"table","Item":{"pk":{"S":"k"}},"Expected":{"pk":{"Exists":false}},"ConditionExpression":"attribute_exists(pk)"}"#
            )
                == "ValidationException: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}"
        )
        #expect(
            self.bench.refusal(
                PutItem.self,
                #"{"TableName":"table","Item":{"pk":{"S":"k"}},"ExpressionAttributeValues":{":v":{"N":"1"}}}"#)
                == "ValidationException: ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"
        )
    }

    @Test func `items and updated items have 400 KB at most`() throws {
        try self.bench.create()
        let text = String(repeating: "x", count: 400 * 1024 - 4)
        // pk and k are 3 bytes, v is one.
        try self.bench.put(#"{"pk":{"S":"k"},"v":{"S":"\#(text)"}}"#)
        #expect(
            self.bench.refusal(PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"k"},"v":{"S":"\#(text)x"}}}"#)
                == "ValidationException: Item size has exceeded the maximum allowed size")
        #expect(
            self.bench.refusal(
                UpdateItem.self,
                #"{"TableName":"table","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET w = :w","ExpressionAttributeValues":{":w":{"S":"xx"}}}"#
            ) == "ValidationException: Item size to update has exceeded the maximum allowed size")
    }

    @Test func `capacity is AWS's arithmetic`() throws {
        try self.bench.create()
        let text = String(repeating: "x", count: 5000)
        func units(_ output: ConsumedCapacity?) -> Double? { output?.capacityUnits }
        let put = try self.bench.run(
            PutItem.self,
            #"{"TableName":"table","Item":{"pk":{"S":"k"},"v":{"S":"\#(text)"}},"ReturnConsumedCapacity":"TOTAL"}"#)
        #expect(units(put.consumedCapacity) == 5)
        let get = #"{"TableName":"table","Key":{"pk":{"S":"k"}},"ReturnConsumedCapacity":"TOTAL""#
        #expect(units(try self.bench.run(GetItem.self, get + "}").consumedCapacity) == 1)
        #expect(
            units(try self.bench.run(GetItem.self, get + #","ConsistentRead":true}"#).consumedCapacity) == 2)
        let smaller = try self.bench.run(
            PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"k"}},"ReturnConsumedCapacity":"INDEXES"}"#)
        #expect(units(smaller.consumedCapacity) == 5)
        #expect(smaller.consumedCapacity?.table?.capacityUnits == 5)
        let missing = #"{"TableName":"table","Key":{"pk":{"S":"x"}},"ReturnConsumedCapacity":"TOTAL"}"#
        #expect(units(try self.bench.run(GetItem.self, missing).consumedCapacity) == 0.5)
        #expect(units(try self.bench.run(DeleteItem.self, missing).consumedCapacity) == 1)
    }

    @Test func `policies see keys, attributes and what is asked for`() throws {
        try self.bench.create()
        _ = try self.bench.run(
            GetItem.self, #"{"TableName":"table","Key":{"pk":{"S":"a"}},"ProjectionExpression":"x.y"}"#)
        let demand = try #require(self.bench.authorizer.demands.last)
        #expect(demand.action == "dynamodb:GetItem")
        #expect(demand.resource == "arn:aws:dynamodb:eu-west-1:123456789012:table/table")
        let conditions = Dictionary(uniqueKeysWithValues: demand.conditions.map { ($0.key, $0.values) })
        #expect(conditions["dynamodb:LeadingKeys"] == ["a"])
        #expect(conditions["dynamodb:Attributes"] == ["pk", "x"])
        #expect(conditions["dynamodb:Select"] == ["SPECIFIC_ATTRIBUTES"])
    }
}
