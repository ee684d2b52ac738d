import DynamoDBItems
import Testing

@testable import DynamoDBExpressions

/// Expressions.ProjectionExpressions in AWS's developer guide.
@Suite struct ProjectionTests {
    private static let item = """
        {"a":{"M":{"b":{"L":[{"N":"2"},{"N":"4"},{"M":{"x":{"S":"hi"},"y":{"S":"yo"}}}]},"c":{"N":"5"}}},"b":{"S":"hello"},"a.b":{"S":"dot"}}
        """

    @Test(arguments: [
        ("b", "{\"b\":{\"S\":\"hello\"}}"), ("#d", "{\"a.b\":{\"S\":\"dot\"}}"),
        (" a.c , b ", "{\"a\":{\"M\":{\"c\":{\"N\":\"5\"}}},\"b\":{\"S\":\"hello\"}}"),
        ("a.b[0]", "{\"a\":{\"M\":{\"b\":{\"L\":[{\"N\":\"2\"}]}}}}"),
        ("a.b[2].y, a.b[0]", "{\"a\":{\"M\":{\"b\":{\"L\":[{\"N\":\"2\"},{\"M\":{\"y\":{\"S\":\"yo\"}}}]}}}}"),
        ("a.b[1], a.b[9], a.x, x, a.b[0].z", "{\"a\":{\"M\":{\"b\":{\"L\":[{\"N\":\"4\"}]}}}}"), ("a.b[3]", "{}"),
        ("a[0]", "{}"),
        ("a.b.x", "{}"), ("b.c", "{}"),
    ])
    func `what is wanted stands within what was around it`(text: String, json: String) throws {
        let projection = try Fixture.projection(text, names: text.contains("#") ? ["#d": "a.b"] : nil)
        let part = projection.applied(to: try Fixture.item(Self.item))
        #expect(part.json == json)
        #expect(try Item(stored: part.bytes) == part)
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"), ("a,", "Syntax error; token: \"<EOF>\", near: \",\""),
        ("a,,b", "Syntax error; token: \",\", near: \",,b\""),
        ("a, size", "Attribute name is a reserved keyword; reserved keyword: size"),
        (
            "a.b[0],a.b[0]",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b, [0]], path two: [a, b, [0]]"
        ),
        (
            "z, a.b, a[1]",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]"
        ),
    ])
    func `each mistake is told in AWS's words`(text: String, message: String) {
        #expect(Fixture.message { _ = try Fixture.projection(text) } == "Invalid ProjectionExpression: \(message)")
    }

    @Test func `a path has 32 steps at most`() throws {
        let path = Array(repeating: "a", count: 32).joined(separator: ".")
        _ = try Fixture.projection(path)
        #expect(throws: ItemError.self) { try Fixture.projection(path + ".a") }
    }

    @Test func `attributes to get are names as they are, each once`() throws {
        #expect(
            try Projection.attributes(["a.b", "x"]).applied(to: Fixture.item(Self.item)).json
                == "{\"a.b\":{\"S\":\"dot\"}}")
        #expect(
            Fixture.message { _ = try Projection.attributes(["a", "b", "a"]) }
                == "One or more parameter values were invalid: Duplicate value in attribute name: a")
    }
}
