import DynamoDBItems
import Testing

@testable import PartiQL

/// Messages as clients' reports quote them.
@Suite struct MessageTests {
    private static let malformed = "Statement wasn't well formed, can't be processed: "

    @Test(arguments: [
        ("SLECT * FROM t", "Expected data manipulation"), ("", "Expected data manipulation"),
        // awsdocs/aws-sdk-for-javascript-v3 98: a name with a hyphen wants quotes.
        ("UPDATE Payment-dev SET active=? WHERE subscriptionId=?", "Expected data manipulation"),
        // passren/PyDynamoDB 26.
        ("INSERT INTO urls (key, clicks) VALUES (?, ?)", "Unexpected keyword"),
        ("SELECT * FROM WHERE a = 1", "Unexpected keyword"),
        ("SELECT * FROM 'x'", "Expected identifier for simple path"),
    ])
    func `what is malformed is told as AWS does`(text: String, detail: String) {
        #expect(
            Fixture.message { _ = try PartiQLStatement(text, parameters: []) } == Self.malformed + detail)
    }

    @Test(arguments: [
        "SELECT", "SELECT *", "SELECT * FROM", "SELECT * FROM t WHERE", "SELECT * FROM t WHERE a",
        "SELECT * FROM t WHERE a =",
        "SELECT * FROM t WHERE a = 1 AND", "SELECT * FROM t WHERE a = 'x", "SELECT * FROM t WHERE (a = 1",
        "SELECT * FROM t WHERE a = 1)", "SELECT * FROM t WHERE 1", "SELECT * FROM t WHERE a = 1 = 2",
        "SELECT a, FROM t",
        "SELECT * FROM t WHERE a IN []", "SELECT * FROM t WHERE a IN 1", "SELECT * FROM t WHERE a IS x",
        "SELECT * FROM t WHERE a = `1`", "SELECT * FROM t WHERE a LIKE 'x%'", "SELECT * FROM t WHERE a || 'b' = 'c'",
        "INSERT INTO t", "INSERT INTO t VALUE", "INSERT INTO t VALUE 1", "INSERT INTO t VALUE {a: 1}",
        "INSERT INTO t VALUE {'a': b}", "INSERT INTO t VALUE {'a': <<>>}", "INSERT INTO t VALUE {'a': <<1, 'x'>>}",
        "INSERT INTO t VALUE {'a': 1} x", "UPDATE t WHERE a = 1", "UPDATE t SET a WHERE b = 1",
        "UPDATE t SET a = 1 WHERE b = 2 RETURNING OLD", "DELETE t WHERE a = 1", "EXISTS(DELETE FROM t WHERE a = 1)",
        "SELECT * FROM t; SELECT * FROM t", "/*", "SELECT * FROM t WHERE a = \u{e9}",
    ])
    func `what is malformed is told`(text: String) throws {
        let message = try #require(Fixture.message { _ = try PartiQLStatement(text, parameters: []) })
        #expect(message.hasPrefix(Self.malformed))
    }

    @Test(arguments: [
        ("SELECT * FROM t WHERE a = 1 LIMIT 5", "Unsupported clause: LIMIT at 1:29:5"),
        ("SELECT * FROM t\nGROUP BY a", "Unsupported clause: GROUP BY at 2:1:5"),
        ("SELECT a AS b FROM t", "Aliasing is not supported"), ("SELECT * FROM t x", "Aliasing is not supported"),
        ("SELECT COUNT(*) FROM t", "Unsupported function in projection at 1:8:5"),
        ("SELECT * FROM t WHERE upper(a) = 'X'", "Unsupported function at 1:23:5"),
        ("UPDATE t.i SET a = 1 WHERE b = 2", "This operation is not supported on an index"),
    ])
    func `what SQL has and DynamoDB has not is refused`(text: String, message: String) {
        #expect(Fixture.message { _ = try PartiQLStatement(text, parameters: []) } == message)
    }

    @Test(arguments: [("SELECT * FROM t WHERE a = ?", 0), ("SELECT * FROM t WHERE a = ?", 2), ("SELECT * FROM t", 1)])
    func `each parameter has its place`(text: String, count: Int) {
        let parameters = Array(repeating: ItemValue(string: "x"), count: count)
        #expect(
            Fixture.message { _ = try PartiQLStatement(text, parameters: parameters) }
                == "Number of parameters in request and statement don't match.")
    }

    @Test(arguments: [
        ("{'a': 1e200}", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
        ("{'a': <<1, 1.0>>}", "Input collection contains duplicates"),
        (
            "{'a': 123456789012345678901234567890123456789}",
            "Attempting to store more than 38 significant digits in a Number"
        ),
        ("{'': 1}", "One or more parameter values were invalid: An attribute name may not be empty"),
    ])
    func `invalid values are told as in all other requests`(value: String, message: String) {
        #expect(Fixture.message { _ = try PartiQLStatement("INSERT INTO t VALUE " + value, parameters: []) } == message)
    }

    @Test func `two changes of one path are refused`() {
        let message = Fixture.message {
            _ = try PartiQLStatement("UPDATE t SET a = 1, a.b = 2 WHERE k = 1", parameters: [])
        }
        #expect(message?.hasPrefix("Invalid UpdateExpression: Two document paths overlap with each other;") == true)
    }

    @Test(arguments: ["(", "NOT ", "[", "{'a':"])
    func `deep nesting ends with an error`(piece: String) throws {
        let deep = String(repeating: piece, count: 1600)
        let text = piece == "(" || piece == "NOT " ? "SELECT * FROM t WHERE " + deep : "INSERT INTO t VALUE " + deep
        let message = try #require(Fixture.message { _ = try PartiQLStatement(text, parameters: []) })
        #expect(message == Self.malformed + "Statement is nested too deep")
    }
}
