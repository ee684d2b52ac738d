import ApusBase
import DynamoDBItems
import Testing

@testable import DynamoDBExpressions

/// What conditions mean: Expressions.OperatorsAndFunctions in AWS's developer guide; what is missing, as ScyllaDB observed it.
@Suite struct ConditionTests {
    private static let item = """
        {"a":{"N":"5"},"s":{"S":"hello"},"l":{"L":[{"N":"1"},{"M":{"x":{"S":"deep"}}}]},"m":{"M":{"k":{"N":"7"}}},
        "ss":{"SS":["red","blue"]},"t":{"BOOL":true},"z":{"NULL":true}}
        """
    private static let values = """
        {":5":{"N":"5.0"},":6":{"N":"6"},":h":{"S":"hel"},":d":{"S":"deep"},":r":{"S":"red"},":N":{"S":"N"},":L":{"S":"L"},":true":{"BOOL":true}}
        """

    private func holds(_ text: String) throws -> Bool {
        var placeholders = try Fixture.placeholders(["#m": "m"], Self.values)
        return try ConditionExpression(text, as: .filter).bound(to: &placeholders).holds(for: Fixture.item(Self.item))
    }

    @Test(arguments: [
        "a = :5", "a < :6", "a <= :5", ":6 > a", "a >= :5", "a <> :6", "a BETWEEN :5 AND :6", "a IN (:6, :5)",
        "t = :true",
        "begins_with(s, :h)", "contains(s, :h)", "contains(ss, :r)", "l[1].x = :d", "#m.k > :6",
        "attribute_exists(l[0])",
        "attribute_not_exists(l[2])", "attribute_not_exists(a.b)", "attribute_type(a, :N)", "attribute_type(l, :L)",
        "size(s) = :5", "size(l) < :5", "NOT a = :6", "not (a = :6 or a > :6)", "a = :6 OR a = :5 AND s <> :d",
        "(a = :6 OR a = :5) AND attribute_exists(z)", "nope <> :5", "nope <> nada", "NOT nope = :5", "(a) = :5",
        "(l)[1].x = :d",
    ])
    func `a condition that is fulfilled holds`(text: String) throws {
        #expect(try self.holds(text))
    }

    @Test(arguments: [
        "a = :6", "a = :h", "nope = :5", "nope = nada", "nope < :5", "nope BETWEEN :5 AND :6", "nope IN (:5)", "l < :5",
        "a BETWEEN :6 AND :6", "begins_with(a, :h)", "contains(a, :5)", "size(a) = :5", "size(nope) = :5", "s > :6",
        "attribute_exists(m.x)", "attribute_type(nope, :N)", "a <> :5", "NOT a = :5", "a = :5 AND a = :6",
    ])
    func `a condition that is not fulfilled does not hold`(text: String) throws {
        #expect(try !self.holds(text))
    }

    @Test func `an item that does not exist is as one without attributes`() throws {
        #expect(try Fixture.condition("attribute_not_exists(pk)").holds(for: .empty))
    }

    /// A text is kept by the cache, its names and values are not.
    @Test func `a cached text serves other values`() throws {
        let cache = ExpressionCache(capacity: 2)
        for number in 1...5 {
            var placeholders = try Fixture.placeholders(nil, "{\":v\":{\"N\":\"\(number)\"}}")
            let condition = try cache.condition("a = :v", as: .filter).bound(to: &placeholders)
            _ = try cache.projection("a\(number)")
            #expect(try condition.holds(for: Fixture.item("{\"a\":{\"N\":\"5\"}}")) == (number == 5))
        }
    }

    // MARK: Random conditions

    @Test(arguments: 1...40) func `conditions hold as the plainest evaluator says`(seed: UInt64) throws {
        let entropy = SeededEntropy(seed: seed)
        let values = "{\":0\":{\"N\":\"1\"},\":1\":{\"S\":\"ab\"},\":2\":{\"N\":\"2\"},\":3\":{\"S\":\"b\"}}"
        for _ in 0..<60 {
            let tree = NaiveCondition.random(entropy, depth: 3)
            var placeholders = try Fixture.placeholders(nil, values)
            let condition = try ConditionExpression(tree.text, as: .filter).bound(to: &placeholders)
            let names = ["a", "b", "c"].filter { _ in entropy.below(3) > 0 }
            let json = names.map { name in
                "\"\(name)\":"
                    + ["{\"N\":\"1.0\"}", "{\"N\":\"2\"}", "{\"S\":\"b\"}", "{\"S\":\"abc\"}"][Int(entropy.below(4))]
            }
            let item = try Fixture.item("{\(json.joined(separator: ","))}")
            #expect(
                condition.holds(for: item) == tree.holds(item, try Fixture.item(values)), "\(tree.text) on \(item.json)"
            )
        }
    }
}

/// Conditions as a tree, with their text and an evaluator without any cleverness.
indirect enum NaiveCondition {
    case and(NaiveCondition, NaiveCondition)
    case or(NaiveCondition, NaiveCondition)
    case not(NaiveCondition)
    case compare(String, String, String)
    case between(String, String, String)
    case among(String, [String])
    case exists(String)
    case begins(String, String)

    static func random(_ entropy: SeededEntropy, depth: Int) -> NaiveCondition {
        func path() -> String { ["a", "b", "c"][Int(entropy.below(3))] }
        func value() -> String { ":\(entropy.below(4))" }
        switch entropy.below(depth == 0 ? 5 : 9) {
        case 0, 1: return .compare(path(), ["=", "<>", "<", "<=", ">", ">="][Int(entropy.below(6))], value())
        case 2: return .between(path(), ":0", ":2")
        case 3: return .among(path(), [value(), value()])
        case 4: return entropy.below(2) == 0 ? .exists(path()) : .begins(path(), [":1", ":3"][Int(entropy.below(2))])
        case 5, 6: return .and(.random(entropy, depth: depth - 1), .random(entropy, depth: depth - 1))
        case 7: return .or(.random(entropy, depth: depth - 1), .random(entropy, depth: depth - 1))
        default: return .not(.random(entropy, depth: depth - 1))
        }
    }

    /// Parentheses only where they are needed: the parser's precedence is tried, too.
    var text: String {
        switch self {
        case .and(let left, let right): "\(left.inAnd) AND \(right.inAnd)"
        case .or(let left, let right): "\(left.text) OR \(right.text)"
        case .not(let part): "NOT \(part.inNot)"
        case .compare(let left, let sign, let right): "\(left) \(sign) \(right)"
        case .between(let value, let low, let high): "\(value) BETWEEN \(low) AND \(high)"
        case .among(let value, let others): "\(value) IN (\(others.joined(separator: ", ")))"
        case .exists(let path): "attribute_exists(\(path))"
        case .begins(let path, let value): "begins_with(\(path), \(value))"
        }
    }
    private var inAnd: String { if case .or = self { "(\(self.text))" } else { self.text } }
    private var inNot: String {
        switch self {
        case .or, .and: "(\(self.text))"
        default: self.text
        }
    }

    func holds(_ item: Item, _ values: Item) -> Bool {
        func value(_ name: String) -> ItemValue? { name.hasPrefix(":") ? values[name] : item[name] }
        func compare(_ left: ItemValue?, _ sign: String, _ right: ItemValue?) -> Bool {
            guard let left, let right else { return sign == "<>" }
            if left.type != right.type { return sign == "<>" }
            if let left = left.number, let right = right.number { return Self.apply(sign, left, right) }
            return Self.apply(sign, left.string ?? "", right.string ?? "")
        }
        switch self {
        case .and(let left, let right): return left.holds(item, values) && right.holds(item, values)
        case .or(let left, let right): return left.holds(item, values) || right.holds(item, values)
        case .not(let part): return !part.holds(item, values)
        case .compare(let left, let sign, let right): return compare(value(left), sign, value(right))
        case .between(let operand, let low, let high):
            return compare(value(operand), ">=", value(low)) && compare(value(operand), "<=", value(high))
        case .among(let operand, let others): return others.contains { compare(value(operand), "=", value($0)) }
        case .exists(let path): return value(path) != nil
        case .begins(let path, let prefix):
            guard let text = value(path)?.string, let start = value(prefix)?.string else { return false }
            return text.hasPrefix(start)
        }
    }

    private static func apply<Value: Comparable>(_ sign: String, _ left: Value, _ right: Value) -> Bool {
        switch sign {
        case "=": left == right
        case "<>": left != right
        case "<": left < right
        case "<=": left <= right
        case ">": left > right
        default: left >= right
        }
    }
}
