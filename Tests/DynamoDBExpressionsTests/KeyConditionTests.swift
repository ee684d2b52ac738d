import DynamoDBItems
import Testing

@testable import DynamoDBExpressions

/// Query.KeyConditionExpressions in AWS's developer guide; messages as clients' issues and dynalite quote them.
@Suite struct KeyConditionTests {
    private static let values =
        "{\":p\":{\"S\":\"p\"},\":1\":{\"N\":\"1\"},\":2\":{\"N\":\"2\"},\":e\":{\"S\":\"\"},\":l\":{\"SS\":[\"a\"]}}"

    private func keys(_ text: String, sort: [KeyAttribute] = [KeyAttribute("sk", .number)]) throws -> KeyCondition {
        var placeholders = try Fixture.placeholders(nil, Self.values)
        let condition = try ConditionExpression(text, as: .keyCondition).bound(to: &placeholders)
        return try KeyCondition(condition.keyComparisons(), hash: [KeyAttribute("pk", .string)], sort: sort)
    }

    private func number(_ value: Int) -> ItemValue { ItemValue(number: ItemNumber(value)) }

    @Test func `a hash key and a range of sort keys are found whatever their order`() throws {
        #expect(try self.keys("pk = :p").sort == nil)
        #expect(try self.keys("pk = :p").hash == [ItemValue(string: "p")])
        #expect(try self.keys("sk > :1 AND pk = :p").sort == .greater(self.number(1)))
        #expect(try self.keys(":p = pk AND :1 < sk").sort == .greater(self.number(1)))
        #expect(try self.keys("(pk = :p) and (sk between :1 and :2)").sort == .between(self.number(1), self.number(2)))
        let text = [KeyAttribute("sk", .string)]
        #expect(
            try self.keys("pk = :p AND begins_with(sk, :p)", sort: text).sort == .beginsWith(ItemValue(string: "p")))
    }

    @Test(arguments: [
        ("pk = :p OR sk = :1", "Invalid operator used in KeyConditionExpression: OR"),
        ("pk = :p AND NOT sk = :1", "Invalid operator used in KeyConditionExpression: NOT"),
        ("pk IN (:p)", "Invalid operator used in KeyConditionExpression: IN"),
        ("pk <> :p", "Invalid operator used in KeyConditionExpression: <>"),
        ("attribute_exists(pk)", "Invalid operator used in KeyConditionExpression: attribute_exists"),
        ("size(pk) = :1", "KeyConditionExpressions cannot contain nested operations"),
        ("pk = sk", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"),
        (":p = :1", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        ("pk.a = :p", "KeyConditionExpressions cannot have conditions on nested attributes"),
        ("pk = :p AND pk = :p", "KeyConditionExpressions must only contain one condition per key"),
        (
            ":1 BETWEEN sk AND :2",
            "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"
        ),
        (
            "begins_with(:p, pk)",
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"
        ),
        ("sk = :1", "Query condition missed key schema element: pk"),
        ("pk = :p AND another = :1", "Query condition missed key schema element: sk"),
        ("pk > :p", "Query key condition not supported"),
        ("pk = :p AND sk = :1 AND x = :1", "Conditions can be of length 1 or 2 only"),
        (
            "pk = :1", "One or more parameter values were invalid: Condition parameter type does not match schema type"
        ),
        (
            "pk = :p AND sk = :p",
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        ),
        (
            "pk = :e",
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        ),
    ])
    func `each mistake is told in AWS's words`(text: String, message: String) {
        #expect(Fixture.message { _ = try self.keys(text) } == message)
    }

    @Test func `a table without sort key takes one condition`() {
        #expect(
            Fixture.message { _ = try self.keys("pk = :p AND sk = :1", sort: []) }
                == "Query key condition not supported")
    }

    @Test func `of several sort attributes the last condition may be a range`() throws {
        let sort = [KeyAttribute("a", .number), KeyAttribute("b", .number), KeyAttribute("c", .number)]
        let keys = try self.keys("pk = :p AND a = :1 AND b > :2", sort: sort)
        #expect(keys.sortPrefix == [self.number(1)])
        #expect(keys.sort == .greater(self.number(2)))
        #expect(throws: ItemError.self) { try self.keys("pk = :p AND a > :1 AND b = :2", sort: sort) }
        #expect(throws: ItemError.self) { try self.keys("pk = :p AND b = :2", sort: sort) }
    }

    /// The bounds of bytes and the comparison of values must agree.
    @Test func `a range's bounds enclose the keys that fulfil it`() throws {
        let keys = ["-1", "0", "1", "1.5", "2", "10"].map { ItemValue(number: (try? ItemNumber($0)) ?? .zero) }
        let (one, two) = (self.number(1), self.number(2))
        let texts = ["", "a", "ab", "abc", "b", "\u{10FFFF}"].map { ItemValue(string: $0) }
        let cases: [(SortCondition, [ItemValue])] = [
            (.equal(one), keys), (.less(two), keys), (.lessOrEqual(two), keys), (.greater(one), keys),
            (.greaterOrEqual(one), keys), (.between(one, two), keys), (.beginsWith(ItemValue(string: "a")), texts),
            (.beginsWith(ItemValue(string: "")), texts),
            (.beginsWith(ItemValue(binary: [0xff])), [ItemValue(binary: [0xff, 1])]),
        ]
        for (condition, values) in cases {
            let (lower, upper) = condition.bounds
            for value in values {
                let bytes = Array(value.content)
                let isAbove =
                    lower.map { $0.bytes.lexicographicallyPrecedes(bytes) || $0.isIncluded && $0.bytes == bytes }
                    ?? true
                let isBelow =
                    upper.map { bytes.lexicographicallyPrecedes($0.bytes) || $0.isIncluded && $0.bytes == bytes }
                    ?? true
                #expect((isAbove && isBelow) == condition.holds(for: value), "\(condition) and \(value.json)")
            }
        }
    }
}
