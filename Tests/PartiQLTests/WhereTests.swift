import DynamoDBExpressions
import DynamoDBItems
import Testing

@testable import PartiQL

/// What WHERE means, and how the keys are found in it.
@Suite struct WhereTests {
    private static let item =
        "{\"Artist\":{\"S\":\"x\"},\"n\":{\"N\":\"5\"},\"s\":{\"S\":\"abc\"},\"nothing\":{\"NULL\":true},\"l\":{\"L\":[{\"N\":\"1\"}]},\"m\":{\"M\":{\"k\":{\"S\":\"v\"}}}}"

    private func holds(_ condition: String, _ parameters: [ItemValue] = []) throws -> Bool {
        let select = try Fixture.select("SELECT * FROM t WHERE " + condition, parameters)
        return try #require(select.condition).expression.holds(for: Fixture.item(Self.item))
    }

    @Test(arguments: [
        ("n = 5", true), ("5.0 = n", true), ("n <> 5", false), ("n != 6", true), ("n < 6 AND n >= 5", true),
        ("n > 5 OR s <= 'abc'", true), ("NOT n > 5", true), ("n BETWEEN 1 AND 5", true),
        ("n NOT BETWEEN 1 AND 5", false),
        ("n IN [1, 5]", true), ("n IN (1, 2)", false), ("n NOT IN [1, 2]", true), ("begins_with(s, 'ab')", true),
        ("BEGINS_WITH(\"s\", 'b')", false), ("contains(s, 'bc') AND contains(l, 1)", true), ("size(s) = 3", true),
        ("attribute_type(n, 'N')", true), ("attribute_type(n, 'S')", false), ("m.k = 'v'", true), ("l[0] = 1", true),
        ("(n = 5 OR n = 6) AND (s = 'abc')", true), ("((n)) = (5)", true), ("l = [1]", true), ("m = {'k': 'v'}", true),
        ("n = 5 AND NOT (s = 'x' OR s = 'abc')", false), ("n = -5", false), ("x = 1 OR n = +5", true),
    ])
    func `conditions mean what AWS documents`(condition: String, isTrue: Bool) throws {
        #expect(try self.holds(condition) == isTrue)
    }

    @Test(arguments: [
        ("nothing IS NULL", true), ("nothing IS MISSING", false), ("x IS MISSING", true), ("x IS NULL", false),
        ("n IS NOT MISSING", true), ("n IS NOT NULL", true), ("n is number", true),
    ])
    func `IS tells null and missing apart`(condition: String, isTrue: Bool) throws {
        #expect(try self.holds(condition) == isTrue)
    }

    @Test func `IN takes a list as a parameter`() throws {
        #expect(try self.holds("n IN ?", [Fixture.value("{\"L\":[{\"N\":\"4\"},{\"N\":\"5\"}]}")]))
    }

    // MARK: Keys

    /// Those of the guide that do not look at the whole table.
    @Test(arguments: [
        ("Artist = 'a'", 1), ("Artist = 'a' and Address='some address'", 1), ("Artist = 'a' or Artist = 'b'", 2),
        ("Artist IN ['a', 'b', 'c', 'a']", 3), ("'a' = Artist AND Song > 'x'", 1),
    ])
    func `an equality or IN on the hash key makes queries`(condition: String, count: Int) throws {
        #expect(try Fixture.plan("SELECT * FROM t WHERE " + condition).queries?.count == count)
    }

    @Test(arguments: [
        "Artist > 'a'", "Address='some address'", "Artist = 'a' OR Address='some address'", "NOT Artist = 'a'",
        "Artist = Address", "Song = 'x'",
    ])
    func `without the hash key all items are looked at`(condition: String) throws {
        let plan = try Fixture.plan("SELECT * FROM t WHERE " + condition)
        #expect(plan.queries == nil)
        #expect(plan.filter != nil)
    }

    @Test func `one condition on the sort key narrows a query, the others filter it`() throws {
        let plan = try Fixture.plan(
            "SELECT * FROM t WHERE Song > 'b' AND n = 5 AND Artist = 'x' AND begins_with(Song, 'c')")
        #expect(plan.queries?.first?.sort == .greater(ItemValue(string: "b")))
        let filter = try #require(plan.filter)
        #expect(try filter.holds(for: Fixture.item("{\"n\":{\"N\":\"5\"},\"Song\":{\"S\":\"cd\"}}")))
        #expect(try !filter.holds(for: Fixture.item("{\"n\":{\"N\":\"5\"},\"Song\":{\"S\":\"d\"}}")))
    }

    @Test(arguments: [
        ("'b' < Song", SortCondition.greater(ItemValue(string: "b"))),
        ("begins_with(Song, 'b')", .beginsWith(ItemValue(string: "b"))),
        ("Song BETWEEN 'a' AND 'b'", .between(ItemValue(string: "a"), ItemValue(string: "b"))),
        ("Song = 'b'", .equal(ItemValue(string: "b"))),
    ])
    func `conditions on sort keys become ranges`(condition: String, sort: SortCondition) throws {
        let plan = try Fixture.plan("SELECT * FROM t WHERE Artist = 'x' AND " + condition)
        #expect(plan.queries?.first?.sort == sort)
        #expect(plan.filter == nil)
    }

    @Test func `ORDER BY the hash key orders the queries, by the sort key the items`() throws {
        let text = "SELECT * FROM t WHERE Artist IN ['b', 'c', 'a'] ORDER BY Artist DESC, Song DESC"
        let plan = try Fixture.plan(text)
        #expect(plan.queries?.map(\.hash) == ["c", "b", "a"].map { [ItemValue(string: $0)] })
        #expect(plan.isDescending)
        #expect(try !Fixture.plan("SELECT * FROM t WHERE Artist = 'b' ORDER BY Song").isDescending)
    }

    @Test(arguments: [
        ("SELECT * FROM t ORDER BY Song", "Must have WHERE clause in the statement when using ORDER BY clause."),
        (
            "SELECT * FROM t WHERE Song = 'x' ORDER BY Song",
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
        ),
        (
            "SELECT * FROM t WHERE Artist = 'x' ORDER BY n",
            "Variable reference n in ORDER BY clause must be part of the primary key"
        ),
        (
            "SELECT * FROM t WHERE Artist IN ['x', 'y'] ORDER BY Song",
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause."
        ),
        (
            "SELECT * FROM t WHERE Artist = 1",
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        ),
    ])
    func `what does not fit the keys is told`(text: String, message: String) throws {
        #expect(Fixture.message { _ = try Fixture.plan(text) } == message)
    }

    @Test func `IN asks for fifty hash keys at most`() throws {
        func text(_ count: Int) -> String {
            "SELECT * FROM t WHERE Artist IN [" + (0..<count).map { "'\($0)'" }.joined(separator: ",") + "]"
        }
        #expect(try Fixture.plan(text(50)).queries?.count == 50)
        #expect(
            Fixture.message { _ = try Fixture.plan(text(51)) }
                == "The IN operator is provided with too many operands; number of operands: 51")
    }
}
