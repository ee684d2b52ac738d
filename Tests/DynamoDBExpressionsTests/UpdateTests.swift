import DynamoDBItems
import Testing

@testable import DynamoDBExpressions

/// What updates do: Expressions.UpdateExpressions in AWS's developer guide; corners as ScyllaDB's developers observed them.
@Suite struct UpdateTests {
    private static let values = """
        {":1":{"N":"1"},":2":{"N":"2"},":s":{"S":"s"},":l":{"L":[{"S":"n"}]},":ss":{"SS":["b","c"]},":ns":{"NS":["1"]},":9":{"N":"9e125"},":tiny":{"N":"1e-100"}}
        """

    private func updated(_ text: String, _ item: String) throws -> String {
        var placeholders = try Fixture.placeholders(["#n": "a"], Self.values)
        let update = try UpdateExpression(text).bound(to: &placeholders)
        let old = try Fixture.item(item)
        let new = try update.applied(to: old, key: .empty)
        #expect(try Item(stored: new.bytes) == new)
        return new.json
    }

    @Test(arguments: [
        ("SET a = :1", "{}", "{\"a\":{\"N\":\"1\"}}"), ("set #n=:1", "{}", "{\"a\":{\"N\":\"1\"}}"),
        ("SET a = :1, b = :2", "{\"a\":{\"S\":\"x\"}}", "{\"a\":{\"N\":\"1\"},\"b\":{\"N\":\"2\"}}"),
        ("SET a = b, b = a", "{\"a\":{\"N\":\"1\"},\"b\":{\"N\":\"2\"}}", "{\"a\":{\"N\":\"2\"},\"b\":{\"N\":\"1\"}}"),
        ("REMOVE a SET b = a", "{\"a\":{\"N\":\"1\"}}", "{\"b\":{\"N\":\"1\"}}"),
        ("SET a = a + :1", "{\"a\":{\"N\":\"1.5\"}}", "{\"a\":{\"N\":\"2.5\"}}"),
        ("SET a = (a - :2)", "{\"a\":{\"N\":\"1\"}}", "{\"a\":{\"N\":\"-1\"}}"),
        ("SET a = if_not_exists(a, :1)", "{\"a\":{\"S\":\"x\"}}", "{\"a\":{\"S\":\"x\"}}"),
        ("SET a = if_not_exists(b, :1) + :2", "{}", "{\"a\":{\"N\":\"3\"}}"),
        ("SET a = if_not_exists(b, if_not_exists(c, :1))", "{}", "{\"a\":{\"N\":\"1\"}}"),
        (
            "SET a = list_append(:l, a)", "{\"a\":{\"L\":[{\"N\":\"1\"}]}}",
            "{\"a\":{\"L\":[{\"S\":\"n\"},{\"N\":\"1\"}]}}"
        ),
        ("SET a = list_append(if_not_exists(a, :l), :l)", "{}", "{\"a\":{\"L\":[{\"S\":\"n\"},{\"S\":\"n\"}]}}"),
        ("ADD a :1, c :ss", "{\"a\":{\"N\":\"1\"}}", "{\"a\":{\"N\":\"2\"},\"c\":{\"SS\":[\"b\",\"c\"]}}"),
        ("ADD a :ss", "{\"a\":{\"SS\":[\"a\",\"b\"]}}", "{\"a\":{\"SS\":[\"a\",\"b\",\"c\"]}}"),
        ("DELETE a :ss", "{\"a\":{\"SS\":[\"a\",\"b\"]}}", "{\"a\":{\"SS\":[\"a\"]}}"),
        ("DELETE a :ss", "{\"a\":{\"SS\":[\"b\"]},\"b\":{\"N\":\"1\"}}", "{\"b\":{\"N\":\"1\"}}"),
        ("DELETE a :ss", "{}", "{}"),
        (
            "SET m.x = :1", "{\"m\":{\"M\":{\"y\":{\"N\":\"2\"}}}}",
            "{\"m\":{\"M\":{\"x\":{\"N\":\"1\"},\"y\":{\"N\":\"2\"}}}}"
        ),
        ("REMOVE m.y", "{\"m\":{\"M\":{\"y\":{\"N\":\"2\"}}}}", "{\"m\":{\"M\":{}}}"),
        ("REMOVE l[0]", "{\"l\":{\"L\":[{\"N\":\"2\"}]}}", "{\"l\":{\"L\":[]}}"),
        ("REMOVE l[7], c, m.z", "{\"l\":{\"L\":[]},\"m\":{\"M\":{}}}", "{\"l\":{\"L\":[]},\"m\":{\"M\":{}}}"),
        (
            "REMOVE l[1] SET l[3] = :s",
            "{\"l\":{\"L\":[{\"N\":\"2\"},{\"N\":\"3\"},{\"N\":\"4\"},{\"N\":\"5\"},{\"N\":\"6\"}]}}",
            "{\"l\":{\"L\":[{\"N\":\"2\"},{\"N\":\"4\"},{\"S\":\"s\"},{\"N\":\"6\"}]}}"
        ),
        (
            "SET l[84] = :s, l[37] = :1, l[17] = :2", "{\"l\":{\"L\":[{\"N\":\"0\"}]}}",
            "{\"l\":{\"L\":[{\"N\":\"0\"},{\"N\":\"2\"},{\"N\":\"1\"},{\"S\":\"s\"}]}}"
        ),
        (
            "SET l[0].x.y[1] = :1",
            "{\"l\":{\"L\":[{\"M\":{\"x\":{\"M\":{\"y\":{\"L\":[{\"N\":\"3\"},{\"N\":\"5\"}]}}}}}]}}",
            "{\"l\":{\"L\":[{\"M\":{\"x\":{\"M\":{\"y\":{\"L\":[{\"N\":\"3\"},{\"N\":\"1\"}]}}}}}]}}"
        ),
    ])
    func `an update makes the new item`(text: String, old: String, new: String) throws {
        #expect(try self.updated(text, old) == new)
    }

    @Test(arguments: [
        ("SET b = a", "{}", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET a = a + :1", "{}", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET a = a + :1", "{\"a\":{\"S\":\"x\"}}", "An operand in the update expression has an incorrect data type"),
        (
            "SET a = list_append(a, :l)", "{\"a\":{\"S\":\"x\"}}",
            "An operand in the update expression has an incorrect data type"
        ),
        ("ADD a :1", "{\"a\":{\"S\":\"x\"}}", "An operand in the update expression has an incorrect data type"),
        ("ADD a :ss", "{\"a\":{\"NS\":[\"1\"]}}", "An operand in the update expression has an incorrect data type"),
        ("DELETE a :ss", "{\"a\":{\"L\":[]}}", "An operand in the update expression has an incorrect data type"),
        (
            "SET a.b = :1", "{\"a\":{\"S\":\"x\"}}",
            "The document path provided in the update expression is invalid for update"
        ),
        (
            "SET a[0] = :1", "{\"a\":{\"M\":{}}}",
            "The document path provided in the update expression is invalid for update"
        ),
        ("REMOVE a.b", "{}", "The document path provided in the update expression is invalid for update"),
        (
            "SET a = :9 + :9", "{}",
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        ),
        (
            "SET a = :9 + :tiny", "{}",
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        ),
    ])
    func `an update that does not fit the item is refused`(text: String, old: String, message: String) {
        #expect(Fixture.message { _ = try self.updated(text, old) } == message)
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"),
        ("INVALID SYNTAX HERE", "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\""),
        ("SET _123 = :1", "Syntax error; token: \"_\", near: \"SET _123\""),
        ("SET a = :1 + :2 + :1", "Syntax error; token: \"+\", near: \":2 + :1\""),
        ("SET a = f(:1)", "Invalid function name; function: f"),
        ("SET a = LIST_APPEND(:l, :l)", "Invalid function name; function: LIST_APPEND"),
        (
            "SET a = list_append(list_append(:l, :l), :l)",
            "The function is not allowed to be used this way in an expression; function: list_append"
        ),
        ("SET name = :1", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("SET a = :1 SET b = :2", "The \"SET\" section can only be used once in an update expression;"),
        ("SET #x = :1", "An expression attribute name used in the document path is not defined; attribute name: #x"),
        ("SET a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"),
        (
            "SET a = :1 REMOVE a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]"
        ),
        (
            "SET a.b.c = :1, #n = :2",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b, c], path two: [a]"
        ),
        (
            "SET a.b = :1, a[1] = :2",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]"
        ),
        ("ADD a :s", "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"),
        ("ADD a :l", "Incorrect operand type for operator or function; operator: ADD, operand type: LIST"),
        ("DELETE a :1", "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"),
        (
            "SET a = :s + :1",
            "Incorrect operand type for operator or function; operator or function: +, operand type: S"
        ),
        (
            "SET a = list_append(a, :s)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: S"
        ),
        (
            "SET a = list_append(:l)",
            "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1"
        ),
        (
            "SET a = if_not_exists(:1, :2)",
            "Operator or function requires a document path; operator or function: if_not_exists"
        ),
    ])
    func `each mistake is told in AWS's words`(text: String, message: String) {
        #expect(Fixture.message { _ = try self.updated(text, "{}") } == "Invalid UpdateExpression: \(message)")
    }

    @Test func `of an item that does not exist anything may be removed`() throws {
        let key = try Fixture.item("{\"pk\":{\"S\":\"x\"}}")
        #expect(try Fixture.update("REMOVE x.y, z[0]").applied(to: nil, key: key) == key)
        #expect(throws: ItemError.self) {
            try Fixture.update("SET x.y = :v", values: "{\":v\":{\"N\":\"1\"}}").applied(to: nil, key: key)
        }
    }

    @Test func `what an update names is projected for the answer`() throws {
        let item = try Fixture.item("{\"a\":{\"M\":{\"b\":{\"N\":\"1\"},\"c\":{\"N\":\"2\"}}},\"d\":{\"N\":\"3\"}}")
        let update = try Fixture.update("SET a.b = :v REMOVE d", values: "{\":v\":{\"N\":\"9\"}}")
        let new = try update.applied(to: item, key: .empty)
        #expect(update.projection.applied(to: item).json == "{\"a\":{\"M\":{\"b\":{\"N\":\"1\"}}},\"d\":{\"N\":\"3\"}}")
        #expect(update.projection.applied(to: new).json == "{\"a\":{\"M\":{\"b\":{\"N\":\"9\"}}}}")
    }

    @Test func `a value set too deep is refused`() throws {
        func nested(_ count: Int, _ inner: String) -> String {
            String(repeating: "{\"M\":{\"a\":", count: count) + inner + String(repeating: "}}", count: count)
        }
        let item = try Fixture.item("{\"a\":\(nested(16, "{\"M\":{}}"))}")
        let path = Array(repeating: "a", count: 18).joined(separator: ".")
        for (depth, message) in [(14, nil), (15, ItemError.nesting.message)] {
            let update = try Fixture.update("SET \(path) = :v", values: "{\":v\":\(nested(depth, "{\"S\":\"x\"}"))}")
            #expect(Fixture.message { _ = try update.applied(to: item, key: .empty) } == message)
        }
    }

    @Test func `hundreds of appended lists end before the memory does`() throws {
        let list = (0..<20_000).map { _ in "{\"S\":\"0123456789\"}" }.joined(separator: ",")
        let item = try Fixture.item("{\"a\":{\"L\":[\(list)]}}")
        let sets = (0..<100).map { "b\($0) = list_append(a, a)" }.joined(separator: ", ")
        #expect(throws: ItemError.updatedItemSize) { try Fixture.update("SET \(sets)").applied(to: item, key: .empty) }
    }
}
