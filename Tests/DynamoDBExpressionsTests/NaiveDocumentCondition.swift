import ApusBase

/// A condition on documents and the plainest evaluation of it.
indirect enum NaiveDocumentCondition {
    enum Operand: Hashable {
        case path([NaiveValue.Step])
        case value(NaiveValue)
        case size([NaiveValue.Step])

        func value(in item: NaiveValue) -> NaiveValue? {
            switch self {
            case .path(let path): return item.at(path[...])
            case .value(let value): return value
            case .size(let path):
                switch item.at(path[...]) {
                case .text(let text): return .number(text.count)
                case .texts(let set): return .number(set.count)
                case .numbers(let set): return .number(set.count)
                case .list(let list): return .number(list.count)
                case .map(let map): return .number(map.count)
                default: return nil
                }
            }
        }
    }

    case all(NaiveDocumentCondition, NaiveDocumentCondition)
    case any(NaiveDocumentCondition, NaiveDocumentCondition)
    case not(NaiveDocumentCondition)
    case compare(Operand, String, Operand)
    case between(Operand, NaiveValue, NaiveValue)
    case among(Operand, [Operand])
    case exists([NaiveValue.Step])
    case existsNot([NaiveValue.Step])
    case type([NaiveValue.Step], String)
    case begins([NaiveValue.Step], String)
    case contains([NaiveValue.Step], Operand)

    // MARK: By chance

    static func random(_ entropy: SeededEntropy, depth: Int) -> NaiveDocumentCondition {
        func path() -> [NaiveValue.Step] { NaiveValue.path(entropy) }
        func number() -> Int { Int(entropy.below(5)) - 1 }
        func text() -> String { ["a", "ab", "b"][Int(entropy.below(3))] }
        func value() -> NaiveValue { entropy.below(2) == 0 ? .number(number()) : .text(text()) }
        func operand() -> Operand { entropy.below(3) == 0 ? .size(path()) : .path(path()) }
        if depth > 0, entropy.below(3) > 0 {
            let left = Self.random(entropy, depth: depth - 1)
            switch entropy.below(3) {
            case 0: return .not(left)
            case 1: return .all(left, .random(entropy, depth: depth - 1))
            default: return .any(left, .random(entropy, depth: depth - 1))
            }
        }
        switch entropy.below(9) {
        case 0: return .compare(operand(), ["=", "<>"][Int(entropy.below(2))], .value(.random(entropy, depth: 1)))
        case 1: return .compare(operand(), ["<", "<=", ">", ">="][Int(entropy.below(4))], .value(value()))
        case 2:
            let (left, right) = (operand(), operand())
            return left == right
                ? .exists(path()) : .compare(left, ["=", "<>", "<", ">="][Int(entropy.below(4))], right)
        case 3:
            let low = number()
            return .between(operand(), .number(low), .number(low + number() + 1))
        case 4: return .among(operand(), [.value(value()), .value(.random(entropy, depth: 1))])
        case 5: return entropy.below(2) == 0 ? .exists(path()) : .existsNot(path())
        case 6: return .type(path(), ["S", "N", "BOOL", "NULL", "SS", "NS", "L", "M"][Int(entropy.below(8))])
        case 7: return .begins(path(), text())
        default: return .contains(path(), .value(value()))
        }
    }

    // MARK: As text

    /// The condition, whose values go to `values`.
    func text(_ values: inout [NaiveValue]) -> String {
        func name(_ value: NaiveValue) -> String {
            values.append(value)
            return ":v\(values.count - 1)"
        }
        func write(_ operand: Operand) -> String {
            switch operand {
            case .path(let path): NaiveValue.text(of: path)
            case .value(let value): name(value)
            case .size(let path): "size(\(NaiveValue.text(of: path)))"
            }
        }
        switch self {
        case .all(let left, let right): return "(\(left.text(&values))) AND (\(right.text(&values)))"
        case .any(let left, let right): return "(\(left.text(&values))) OR (\(right.text(&values)))"
        case .not(let part): return "NOT (\(part.text(&values)))"
        case .compare(let left, let sign, let right): return "\(write(left)) \(sign) \(write(right))"
        case .between(let operand, let low, let high): return "\(write(operand)) BETWEEN \(name(low)) AND \(name(high))"
        case .among(let operand, let others):
            return "\(write(operand)) IN (\(others.map { write($0) }.joined(separator: ", ")))"
        case .exists(let path): return "attribute_exists(\(NaiveValue.text(of: path)))"
        case .existsNot(let path): return "attribute_not_exists(\(NaiveValue.text(of: path)))"
        case .type(let path, let type): return "attribute_type(\(NaiveValue.text(of: path)), \(name(.text(type))))"
        case .begins(let path, let text): return "begins_with(\(NaiveValue.text(of: path)), \(name(.text(text))))"
        case .contains(let path, let operand): return "contains(\(NaiveValue.text(of: path)), \(write(operand)))"
        }
    }

    // MARK: Evaluation

    func holds(_ item: NaiveValue) -> Bool {
        switch self {
        case .all(let left, let right): return left.holds(item) && right.holds(item)
        case .any(let left, let right): return left.holds(item) || right.holds(item)
        case .not(let part): return !part.holds(item)
        case .compare(let left, let sign, let right):
            return Self.compare(left.value(in: item), sign, right.value(in: item))
        case .between(let operand, let low, let high):
            let value = operand.value(in: item)
            return Self.compare(value, ">=", low) && Self.compare(value, "<=", high)
        case .among(let operand, let others):
            let value = operand.value(in: item)
            return others.contains { Self.compare(value, "=", $0.value(in: item)) }
        case .exists(let path): return item.at(path[...]) != nil
        case .existsNot(let path): return item.at(path[...]) == nil
        case .type(let path, let type): return item.at(path[...])?.type == type
        case .begins(let path, let start):
            guard case .text(let text) = item.at(path[...]) else { return false }
            return text.hasPrefix(start)
        case .contains(let path, let operand):
            switch (item.at(path[...]), operand.value(in: item)) {
            case (.text(let text), .text(let part)): return text.contains(part)
            case (.texts(let set), .text(let text)): return set.contains(text)
            case (.numbers(let set), .number(let number)): return set.contains(number)
            case (.list(let list), let value?): return list.contains(value)
            default: return false
            }
        }
    }

    private static func compare(_ left: NaiveValue?, _ sign: String, _ right: NaiveValue?) -> Bool {
        guard let left, let right else { return sign == "<>" }
        switch (sign, left, right) {
        case ("=", _, _): return left == right
        case ("<>", _, _): return left != right
        case (_, .number(let one), .number(let other)): return Self.isOrdered(one, sign, other)
        case (_, .text(let one), .text(let other)): return Self.isOrdered(one, sign, other)
        default: return false
        }
    }

    private static func isOrdered<Value: Comparable>(_ left: Value, _ sign: String, _ right: Value) -> Bool {
        switch sign {
        case "<": left < right
        case "<=": left <= right
        case ">": left > right
        default: left >= right
        }
    }
}
