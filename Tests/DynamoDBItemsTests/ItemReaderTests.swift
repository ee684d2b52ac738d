import ApusBase
import Testing

@testable import DynamoDBItems

/// Messages: AWS's own, as quoted in its documentation, in clients' issues, and by dynalite, which was compared with the service.
@Suite struct ItemReaderTests {
    private func error(_ value: String) throws -> String? {
        try ItemInput(json: "{\"a\":\(value)}").error?.message
    }

    @Test(arguments: [
        "{}", "{\"a\":{\"S\":\"\"}}", "{\"a\":{\"S\":\"x\"},\"b\":{\"N\":\"1.5\"},\"c\":{\"B\":\"AAE=\"}}",
        "{\"a\":{\"BOOL\":true},\"b\":{\"BOOL\":false},\"c\":{\"NULL\":true}}", "{\"a\":{\"B\":\"\"}}",
        "{\"a\":{\"SS\":[\"a\",\"b\"]},\"b\":{\"NS\":[\"-2\",\"1\",\"10\"]},\"c\":{\"BS\":[\"AA==\",\"AQ==\"]}}",
        "{\"a\":{\"L\":[]},\"b\":{\"M\":{}}}",
        "{\"a\":{\"L\":[{\"S\":\"x\"},{\"L\":[{\"M\":{\"k\":{\"N\":\"1\"}}}]}]}}",
        "{\"a\":{\"S\":\"\\\"\\\\\\n\\u0001äö\u{1F600}\"}}",
    ])
    func `what the wire has is answered as it was`(text: String) throws {
        let item = try ItemInput(json: text).checked()
        #expect(item.json == text)
        #expect(try Item(stored: item.bytes) == item)
    }

    @Test func `sets and maps come back in ascending order`() throws {
        let item = try ItemInput(
            json:
                "{\"b\":{\"SS\":[\"z\",\"y\",\"x\"]},\"a\":{\"NS\":[\"10\",\"9\",\"-1.0\"]},\"aa\":{\"M\":{\"y\":{\"S\":\"\"},\"x\":{\"S\":\"\"}}}}"
        ).checked()
        #expect(
            item.json
                == "{\"a\":{\"NS\":[\"-1\",\"9\",\"10\"]},\"aa\":{\"M\":{\"x\":{\"S\":\"\"},\"y\":{\"S\":\"\"}}},\"b\":{\"SS\":[\"x\",\"y\",\"z\"]}}"
        )
    }

    @Test func `of two attributes with one name the later counts`() throws {
        let item = try ItemInput(json: "{\"a\":{\"S\":\"1\"},\"b\":{\"S\":\"2\"},\"a\":{\"S\":\"3\"}}").checked()
        #expect(item.json == "{\"a\":{\"S\":\"3\"},\"b\":{\"S\":\"2\"}}")
        #expect(item.count == 2)
    }

    @Test func `null members count as absent and unknown ones are passed`() throws {
        let item = try ItemInput(json: "{\"a\":null,\"b\":{\"S\":null,\"N\":\"1\",\"X\":[1]}}").checked()
        #expect(item.json == "{\"b\":{\"N\":\"1\"}}")
    }

    @Test(arguments: ["{}", "{\"S\":null}", "{\"X\":\"a\"}", "{\"L\":[{}]}", "{\"M\":{\"a\":{}}}"])
    func `a value without a type is refused`(value: String) throws {
        #expect(
            try self.error(value)
                == "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    }

    @Test(arguments: ["{\"S\":\"a\",\"N\":\"1\"}", "{\"L\":[],\"M\":{}}", "{\"L\":[{\"BOOL\":true,\"NULL\":true}]}"])
    func `a value with two types is refused`(value: String) throws {
        #expect(
            try self.error(value)
                == "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        )
    }

    @Test(arguments: [
        ("{\"NULL\":false}", "Null attribute value types must have the value of true"),
        ("{\"SS\":[]}", "An string set  may not be empty"), ("{\"NS\":[]}", "An number set  may not be empty"),
        ("{\"BS\":[]}", "Binary sets should not be empty"),
        ("{\"SS\":[\"a\",\"\"]}", "An string set may not have a empty string as a member"),
        ("{\"BS\":[\"AA==\",\"\"]}", "Binary sets may not contain null or empty values"),
        ("{\"SS\":[\"b\",\"a\",\"b\"]}", "Input collection [b, a, b] contains duplicates."),
        ("{\"BS\":[\"AQ==\",\"AA==\",\"AQ==\"]}", "Input collection [AQ==, AA==, AQ==]of type BS contains duplicates."),
    ])
    func `invalid parameters are refused in AWS's words`(value: String, message: String) throws {
        #expect(try self.error(value) == "One or more parameter values were invalid: \(message)")
    }

    @Test func `numbers that differ in their writing only are duplicates in a set`() throws {
        #expect(try self.error("{\"NS\":[\"1\",\"2\",\"1.0\"]}") == "Input collection contains duplicates")
    }

    @Test func `numbers are checked wherever they stand`() throws {
        let message = "The parameter cannot be converted to a numeric value: b"
        #expect(try self.error("{\"N\":\"b\"}") == message)
        #expect(try self.error("{\"NS\":[\"1\",\"b\"]}") == message)
        #expect(try self.error("{\"L\":[{\"N\":\"b\"}]}") == message)
    }

    /// 31 maps around a scalar are accepted and 32 are not, in AWS itself (dynoxide's issue 110).
    @Test func `values nest 32 deep`() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "{\"M\":{\"a\":", count: count) + "{\"S\":\"x\"}" + String(repeating: "}}", count: count)
        }
        #expect(try self.error(nested(31)) == nil)
        #expect(
            try self.error(nested(32))
                == "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
        )
        let deepest = try ItemInput(json: "{\"a\":\(nested(31))}").checked()
        #expect(try Item(stored: deepest.bytes) == deepest)
    }

    /// AttributeName of the API's model; "an attribute name can be up to 64 KB long".
    @Test func `a name has 65,535 bytes at most, wherever it stands`() throws {
        func name(_ count: Int) -> String { String(repeating: "n", count: count) }
        let item = #"{"\#(name(65_535))":{"M":{"\#(name(65_535))":{"S":"x"}}}}"#
        #expect(try ItemInput(json: item).error == nil)
        #expect(try ItemInput(json: #"{"\#(name(65_536))":{"S":"x"}}"#).error == .longName)
        #expect(try self.error(#"{"L":[{"M":{"\#(name(65_536))":{"S":"x"}}}]}"#) == ItemError.longName.message)
    }

    @Test func `the first mistake is told, with its attribute`() throws {
        let input = try ItemInput(json: "{\":a\":{\"S\":\"\"},\":b\":{\"N\":\"x\"},\":c\":{}}")
        #expect(input.error == .notNumeric("x"))
        #expect(input.invalidName == ":b")
        #expect(throws: ItemError.notNumeric("x")) { try input.checked() }
    }

    @Test(arguments: [
        ("{\"S\":1}", "String"), ("{\"N\":1}", "String"), ("{\"BOOL\":\"x\"}", "Boolean"),
        ("{\"B\":true}", "Blob"),
    ])
    func `a part of the wrong kind is no value at all`(value: String, wanted: String) throws {
        let error = #expect(throws: ItemFormatError.self) { try self.error(value) }
        #expect(error?.wanted == wanted)
    }

    @Test(arguments: ["\"a\"", "{\"L\":{}}", "{\"M\":[]}", "{\"SS\":\"a\"}", "[]", "{\"B\":\"x\"}", "{\"S\":\"a\""])
    func `what is not shaped as a value is an error of format`(value: String) throws {
        #expect(throws: ItemFormatError.self) { try self.error(value) }
    }

    @Test func `endless nesting ends`() throws {
        let text = String(repeating: "{\"L\":[", count: 100_000)
        #expect(throws: ItemFormatError.self) { try self.error(text) }
    }

    @Test(arguments: 1...30) func `random items survive the wire, the store, and a change of order`(seed: UInt64) throws
    {
        let entropy = SeededEntropy(seed: seed)
        for _ in 0..<40 {
            let text = RandomValues.item(entropy, depth: 3)
            let item = try ItemInput(json: text).checked()
            #expect(try Item(stored: item.bytes) == item)
            #expect(try ItemInput(json: item.json).checked() == item)
            for (name, value) in item.attributes {
                #expect(item[String(decoding: name, as: UTF8.self)] == value)
            }
            #expect(item["zz"] == nil)
        }
    }
}
