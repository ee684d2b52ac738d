import ApusBase
import Testing

@Suite struct JSONValueTests {
    @Test func `a tree reads back as it was written`() throws {
        let text = #"{"a":[1,-2.5e3,true,false,null,"é😀\"\\\u0001"],"b":{"c":{}},"d":[]}"#
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test func `equality disregards the order of members and nothing else`() {
        let value: JSONValue = ["a": 1, "b": ["c": [1, 2]]]
        #expect(value == ["b": ["c": [1, 2]], "a": 1])
        #expect(value.hashValue == (["b": ["c": [1, 2]], "a": 1] as JSONValue).hashValue)
        #expect(value != ["a": 1, "b": ["c": [2, 1]]])
        #expect(value != ["a": 1])
        #expect(value != ["a": 1, "x": ["c": [1, 2]]])
    }

    @Test func `what is not there is nil`() {
        let value: JSONValue = ["a": [1, "x", true, nil, 1.5]]
        #expect(value["a"]?[0]?.int64Value == 1)
        #expect(value["a"]?[1]?.stringValue == "x")
        #expect(value["a"]?[2]?.boolValue == true)
        #expect(value["a"]?[3]?.isNull == true)
        #expect(value["a"]?[4]?.doubleValue == 1.5)
        #expect(value["a"]?[4]?.int64Value == nil)
        #expect(value["a"]?[5] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["b"] == nil)
        #expect(value["a"]?["x"] == nil)
        #expect(value[0] == nil)
        #expect(value.stringValue == nil)
    }

    /// Small objects are searched, large ones indexed: the limit lies between.
    @Test func `objects of any size find, replace and remove their members`() {
        for size in [1, 15, 16, 17, 18, 40] {
            var object = JSONObject()
            for index in 0..<size { object["k\(index)"] = .number(JSONNumber(Int64(index))) }
            object["k0"] = "first"
            #expect(object.count == size)
            #expect(object.members.map(\.name) == (0..<size).map { "k\($0)" })
            #expect(object["k\(size)"] == nil)
            for index in 1..<max(size, 1) { #expect(object["k\(index)"] == .number(JSONNumber(Int64(index)))) }
            for index in stride(from: 0, to: size, by: 2) { object["k\(index)"] = nil }
            object["none"] = nil
            for index in 0..<size { #expect((object["k\(index)"] == nil) == index.isMultiple(of: 2)) }
            #expect(object.count == size / 2)
        }
    }

    @Test func `many members of one name take no quadratic time`() throws {
        let members = (0..<100_000).map { "\"k\($0 % 50_000)\":\($0)" }.joined(separator: ",")
        let value = try JSONValue(parsing: "{\(members)}")
        #expect(value.objectValue?.count == 50_000)
        #expect(value["k7"] == 50_007)
    }
}
