import DynamoDBItems
import Testing

@testable import DynamoDBExpressions

/// AWS's own messages, as its documentation, clients' issues, and the projects dynalite, Trino and ScyllaDB quote them.
@Suite struct ConditionMessageTests {
    private static let values = """
        {":s":{"S":"s"},":n":{"N":"5"},":low":{"N":"1"},":b":{"BOOL":true},":l":{"L":[]},":t":{"S":"X"},":m":{"M":{}}}
        """

    private func message(_ text: String, _ kind: ExpressionKind = .condition) -> String? {
        Fixture.message {
            var placeholders = try Fixture.placeholders(["#a": "a", "#b": "b"], Self.values)
            _ = try ConditionExpression(text, as: kind).bound(to: &placeholders)
        }
    }

    @Test(arguments: [
        ("attribute_exists(car_id) AND NOT #a", "<EOF>", "#a"),
        ("#articleId attribute_not_exists :ckpst", "attribute_not_exists", "#articleId attribute_not_exists :ckpst"),
        ("contains()", ")", "()"), ("a x b", "x", "a x b"), ("a = ", "<EOF>", "="), ("a = :s)", ")", ":s)"),
        ("a = :s b", "b", ":s b"), ("_a = :s", "_", "_a"), ("a = b = c", "=", "b = c"),
        ("a AND b = :s", "AND", "a AND b"),
        ("a ! b", "!", "a ! b"), ("a[:s] = :n", ":s", "[:s]"), ("(a = :s", "<EOF>", ":s"), ("a = :", ":", "= :"),
    ])
    func `a syntax error names its token and the text around it`(text: String, token: String, near: String) {
        #expect(
            self.message(text) == "Invalid ConditionExpression: Syntax error; token: \"\(token)\", near: \"\(near)\"")
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"), ("((#a = :s))", "The expression has redundant parentheses;"),
        ("((#a)) = :s", "The expression has redundant parentheses;"),
        ("f(a) AND #a = :s", "Invalid function name; function: f"),
        ("CONTAINS(a, :s)", "Invalid function name; function: CONTAINS"),
        ("size(a)", "The function is not allowed to be used this way in an expression; function: size"),
        ("NOT size(a)", "The function is not allowed to be used this way in an expression; function: size"),
        (
            "contains(a, :s) = :b",
            "The function is not allowed to be used this way in an expression; function: contains"
        ),
        ("status = :s", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("a.Name = :s", "Attribute name is a reserved keyword; reserved keyword: Name"),
        (
            "#x = :s",
            "An expression attribute name used in the document path is not defined; attribute name: #x"
        ), ("a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"
        ),
        (
            "contains(a)",
            "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1"
        ),
        (
            "a = #a",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]"
        ),
        (
            "contains(a.b[1], #a.#b[1])",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a, b, [1]]"
        ),
        (
            "attribute_exists(:s)",
            "Operator or function requires a document path; operator or function: attribute_exists"
        ),
        (
            "begins_with(a, :n)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
        ),
        (
            "size(:n) = :n",
            "Incorrect operand type for operator or function; operator or function: size, operand type: N"
        ),
        ("a < :b", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"),
        (":l >= a", "Incorrect operand type for operator or function; operator or function: >=, operand type: L"),
        (
            "a BETWEEN :n AND :m",
            "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: M"
        ),
        (
            "attribute_type(a, :n)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"
        ),
        (
            "attribute_type(a, b)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
        ),
        (
            "attribute_type(a, :t)",
            "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
        ),
        (
            "a BETWEEN :s AND :n",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:s}, upper bound operand: AttributeValue: {N:5}"
        ),
        (
            "a BETWEEN :n AND :low",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:1}"
        ),
    ])
    func `each mistake is told in AWS's words`(text: String, message: String) {
        #expect(self.message(text) == "Invalid ConditionExpression: \(message)")
        #expect(self.message(text, .filter) == "Invalid FilterExpression: \(message)")
    }

    @Test func `an expression has 4096 bytes, 300 operators and 100 operands of IN at most`() {
        let long = "a = :s" + String(repeating: " ", count: 4090)
        #expect(self.message(long) == nil)
        #expect(
            self.message(long + " ")
                == "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097"
        )
        let many = Array(repeating: "a<b", count: 301).joined(separator: " OR ")
        #expect(
            self.message(many)
                == "Invalid ConditionExpression: The expression contains too many operators; operator count: 301")
        #expect(self.message(Array(repeating: "a<b", count: 300).joined(separator: " OR ")) == nil)
        let operands = Array(repeating: ":n", count: 101).joined(separator: ",")
        #expect(
            self.message("a IN (\(operands))")
                == "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101"
        )
    }

    @Test(arguments: ["(", "NOT ", "size(", "(a.", "a[", "a IN (", "a = (", "a BETWEEN "])
    func `hostile nesting is refused and does not overflow the stack`(part: String) {
        #expect(self.message(String(repeating: part, count: 4096 / part.utf8.count)) != nil)
    }

    @Test func `placeholders must be well-formed, used and there`() throws {
        #expect(
            Fixture.message {
                _ = try Fixture.condition("a = :v", names: ["#x": "y"], values: "{\":v\":{\"N\":\"1\"}}")
            }
                == "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}")
        #expect(
            Fixture.message {
                _ = try Fixture.condition("a = :v", values: "{\":v\":{\"N\":\"1\"},\":x\":{\"N\":\"1\"}}")
            } == "Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}")
        #expect(
            Fixture.message { _ = try Fixture.placeholders(["x": "y"], nil) }
                == "ExpressionAttributeNames contains invalid key: Syntax error; key: \"x\"")
        #expect(
            Fixture.message { _ = try Fixture.placeholders(nil, "{\"pid\":{\"N\":\"1\"}}") }
                == "ExpressionAttributeValues contains invalid key: Syntax error; key: \"pid\"")
        #expect(
            Fixture.message { _ = try Fixture.placeholders([:], nil) } == "ExpressionAttributeNames must not be empty")
        #expect(
            Fixture.message { _ = try Fixture.placeholders(nil, "{}") } == "ExpressionAttributeValues must not be empty"
        )
        #expect(
            Fixture.message { _ = try Fixture.placeholders(nil, "{\":v\":{\"N\":\"x\"}}") }
                == "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v"
        )
    }

    /// "The maximum length of all substitution variables in an expression is 2 MB (2,097,152 bytes)."
    @Test func `names and values have two megabytes together at most`() throws {
        func message(_ bytes: Int) -> String? {
            let value = String(repeating: "x", count: bytes)
            return Fixture.message { _ = try Fixture.placeholders(["#a": "b"], "{\":v\":{\"S\":\"\(value)\"}}") }
        }
        // `#a`, `b` and `:v` take five bytes.
        #expect(message(2_097_152 - 5) == nil)
        #expect(
            message(2_097_152 - 4)
                == "Expression attribute names and values have exceeded the maximum allowed size; size: 2097153")
    }

    @Test func `all of the documented words are reserved`() {
        #expect(ReservedWords.words.count == 573)
        for word in ["size", "Zone", "ABORT", "hash"] { #expect(ReservedWords.contains(word)) }
        #expect(!ReservedWords.contains("pk"))
    }
}
