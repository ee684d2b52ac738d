import ApusBase
import DynamoDBItems

/// Values by chance, with many that are close to each other.
enum RandomValues {
    static func number(_ entropy: SeededEntropy) throws(ItemError) -> ItemNumber {
        let count = 1 + Int(entropy.below(entropy.below(4) == 0 ? 38 : 3))
        let digits = (0..<count).map { _ in String(entropy.below(10)) }.joined()
        let exponent = Int(entropy.below(entropy.below(4) == 0 ? 80 : 4)) - (entropy.below(2) == 0 ? 40 : 2)
        return try ItemNumber("\(entropy.below(2) == 0 ? "-" : "")\(digits)e\(exponent)")
    }

    /// A value as JSON of the wire.
    static func json(_ entropy: SeededEntropy, depth: Int) -> String {
        switch entropy.below(depth == 0 ? 8 : 10) {
        case 0: "{\"S\":\"\(Self.word(entropy))\"}"
        case 1: "{\"N\":\"\((try? Self.number(entropy))?.text ?? "0")\"}"
        case 2: "{\"B\":\"\(Base64.encode(entropy.bytes(count: Int(entropy.below(4)))))\"}"
        case 3: "{\"BOOL\":\(entropy.below(2) == 0)}"
        case 4: "{\"NULL\":true}"
        case 5: "{\"SS\":[\(Self.distinct { "\"s\(Self.word(entropy))\"" })]}"
        case 6: "{\"NS\":[\(Self.distinct { "\"\(Int(entropy.below(30)) - 10)\"" })]}"
        case 7: "{\"BS\":[\(Self.distinct { "\"\(Base64.encode([UInt8(entropy.below(5))]))\"" })]}"
        case 8:
            "{\"L\":[\((0..<entropy.below(4)).map { _ in Self.json(entropy, depth: depth - 1) }.joined(separator: ","))]}"
        default: "{\"M\":\(Self.item(entropy, depth: depth - 1))}"
        }
    }

    /// An item as JSON of the wire, with names that come in any order.
    static func item(_ entropy: SeededEntropy, depth: Int) -> String {
        let names = Set((0..<entropy.below(6)).map { _ in "a\(entropy.below(20))" }).sorted()
        let start = names.isEmpty ? 0 : Int(entropy.below(UInt64(names.count)))
        let entries = (names[start...] + names[..<start]).map { "\"\($0)\":\(Self.json(entropy, depth: depth))" }
        return "{\(entries.joined(separator: ","))}"
    }

    private static func word(_ entropy: SeededEntropy) -> String {
        ["", "a", "ab", "b", "ä", "\u{1F600}", "a\\nb", "\\u00e9"][Int(entropy.below(8))]
    }

    private static func distinct(_ element: () -> String) -> String {
        Set((0..<3).map { _ in element() }).sorted().reversed().joined(separator: ",")
    }
}
