import DynamoDBItems
import Testing

@testable import DynamoDBExpressions

/// LegacyConditionalParameters in AWS's developer guide; messages as dynalite quotes them.
@Suite struct LegacyTests {
    private static let item =
        "{\"n\":{\"N\":\"5\"},\"s\":{\"S\":\"abc\"},\"ss\":{\"SS\":[\"x\"]},\"l\":{\"L\":[{\"N\":\"1\"}]}}"

    private func value(_ json: String) throws -> ValueInput {
        let input = try ItemInput(json: "{\"v\":\(json)}")
        return ValueInput(try #require(input.item["v"]), error: input.error)
    }
    private func values(_ json: [String]) throws -> [ValueInput] { try json.map { try self.value($0) } }

    @Test(arguments: [
        ("n", "EQ", ["{\"N\":\"5.0\"}"], true), ("n", "NE", ["{\"N\":\"5\"}"], false),
        ("x", "NE", ["{\"N\":\"5\"}"], true),
        ("n", "LT", ["{\"N\":\"6\"}"], true), ("n", "BETWEEN", ["{\"N\":\"1\"}", "{\"N\":\"5\"}"], true),
        ("n", "IN", ["{\"N\":\"1\"}", "{\"N\":\"5\"}"], true), ("s", "BEGINS_WITH", ["{\"S\":\"ab\"}"], true),
        ("ss", "CONTAINS", ["{\"S\":\"x\"}"], true), ("ss", "NOT_CONTAINS", ["{\"S\":\"y\"}"], true),
        ("x", "NOT_CONTAINS", ["{\"S\":\"y\"}"], false), ("x", "NULL", [], true), ("n", "NOT_NULL", [], true),
    ])
    func `filters mean what AWS documents`(name: String, operation: String, json: [String], isTrue: Bool) throws {
        let comparison = try #require(LegacyOperator(rawValue: operation))
        let condition = LegacyCondition(name, comparison, try self.values(json))
        #expect(try Condition.filter([condition]).holds(for: Fixture.item(Self.item)) == isTrue)
    }

    @Test func `several conditions go together with AND or with OR`() throws {
        let conditions = [
            LegacyCondition("n", .equal, try self.values(["{\"N\":\"5\"}"])), LegacyCondition("x", .notNull, []),
        ]
        let item = try Fixture.item(Self.item)
        #expect(try !Condition.filter(conditions, .all).holds(for: item))
        #expect(try Condition.filter(conditions, .any).holds(for: item))
        #expect(try Condition.filter([], .any).holds(for: item))
    }

    @Test(arguments: [
        (LegacyOperator.equal, [], "Invalid number of argument(s) for the EQ ComparisonOperator"),
        (.null, ["{\"N\":\"1\"}"], "Invalid number of argument(s) for the NULL ComparisonOperator"),
        (.among, ["{\"N\":\"1\"}", "{\"S\":\"1\"}"], "AttributeValues inside AttributeValueList must be of same type"),
        (.less, ["{\"SS\":[\"a\"]}"], "ComparisonOperator LT is not valid for SS AttributeValue type"),
        (.beginsWith, ["{\"N\":\"1\"}"], "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"),
    ])
    func `invalid filters are told in AWS's words`(comparison: LegacyOperator, json: [String], message: String) throws {
        let condition = LegacyCondition("a", comparison, try self.values(json))
        #expect(
            Fixture.message { _ = try Condition.filter([condition]) }
                == "One or more parameter values were invalid: \(message)")
    }

    @Test func `expectations check a value or that there is none`() throws {
        let item = try Fixture.item(Self.item)
        func holds(_ name: String, exists: Bool? = nil, _ json: String? = nil) throws -> Bool {
            let value = try json.map { try self.value($0) }
            let expectation = LegacyExpectation(name, exists: exists, value: value, comparison: nil, list: nil)
            return try Condition.expected([expectation]).holds(for: item)
        }
        #expect(try holds("n", "{\"N\":\"5\"}"))
        #expect(try !holds("n", exists: true, "{\"N\":\"6\"}"))
        #expect(try holds("x", exists: false))
        #expect(try !holds("n", exists: false))
    }

    @Test func `invalid expectations are told in AWS's words`() throws {
        let value = try self.value("{\"N\":\"1\"}")
        let cases: [(LegacyExpectation, String)] = [
            (
                LegacyExpectation("a", exists: nil, value: nil, comparison: nil, list: nil),
                "Value must be provided when Exists is null for Attribute: a"
            ),
            (
                LegacyExpectation("a", exists: true, value: nil, comparison: nil, list: nil),
                "Value must be provided when Exists is true for Attribute: a"
            ),
            (
                LegacyExpectation("a", exists: false, value: value, comparison: nil, list: nil),
                "Value cannot be used when Exists is false for Attribute: a"
            ),
            (
                LegacyExpectation("a", exists: nil, value: value, comparison: nil, list: [value]),
                "Value and AttributeValueList cannot be used together for Attribute: a"
            ),
            (
                LegacyExpectation("a", exists: true, value: value, comparison: .equal, list: nil),
                "Exists and ComparisonOperator cannot be used together for Attribute: a"
            ),
            (
                LegacyExpectation("a", exists: nil, value: nil, comparison: nil, list: [value]),
                "AttributeValueList can only be used with a ComparisonOperator for Attribute: a"
            ),
            (
                LegacyExpectation("a", exists: nil, value: nil, comparison: .equal, list: nil),
                "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a"
            ),
        ]
        for (expectation, message) in cases {
            #expect(
                Fixture.message { _ = try Condition.expected([expectation]) }
                    == "One or more parameter values were invalid: \(message)")
        }
    }

    @Test func `key conditions become comparisons where an index can answer them`() throws {
        let values = try self.values(["{\"S\":\"p\"}"])
        let found = try KeyComparison.comparisons([LegacyCondition("pk", .equal, values)])
        #expect(found == [KeyComparison("pk", .equal, [ItemValue(string: "p")])])
        #expect(
            Fixture.message { _ = try KeyComparison.comparisons([LegacyCondition("pk", .contains, values)]) }
                == "Attempted conditional constraint is not an indexable operation")
    }

    @Test func `attribute updates put, add and delete`() throws {
        let update = try Update.attributes([
            LegacyUpdate("n", .add, try self.value("{\"N\":\"2\"}")), LegacyUpdate("s", .delete, nil),
            LegacyUpdate("new", nil, try self.value("{\"S\":\"v\"}")),
            LegacyUpdate("l", .add, try self.value("{\"L\":[{\"N\":\"2\"}]}")),
            LegacyUpdate("ss", .delete, try self.value("{\"SS\":[\"x\"]}")),
        ])
        let new = try update.applied(to: Fixture.item(Self.item), key: .empty)
        #expect(new.json == "{\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]},\"n\":{\"N\":\"7\"},\"new\":{\"S\":\"v\"}}")
        let wrong = try Update.attributes([LegacyUpdate("s", .add, try self.value("{\"N\":\"2\"}"))])
        #expect(
            Fixture.message { _ = try wrong.applied(to: Fixture.item(Self.item), key: .empty) }
                == "Type mismatch for attribute to update")
    }

    @Test(arguments: [
        (LegacyUpdate.Action.put, nil, "Only DELETE action is allowed when no attribute value is specified"),
        (.delete, "{\"S\":\"x\"}", "DELETE action with value is not supported for the type S"),
        (.add, "{\"S\":\"x\"}", "ADD action is not supported for the type S"),
    ])
    func `invalid attribute updates are told in AWS's words`(
        action: LegacyUpdate.Action, json: String?, message: String
    ) throws {
        let update = LegacyUpdate("a", action, try json.map { try self.value($0) })
        #expect(
            Fixture.message { _ = try Update.attributes([update]) }
                == "One or more parameter values were invalid: \(message)")
    }
}
