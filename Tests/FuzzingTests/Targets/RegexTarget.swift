import ApusBase

@testable import LogPattern

/// Regular expressions of filter patterns: the one that moves all places at once by shifts and additions agrees with one that
/// keeps them in a set. The first line is the expression, the rest the message.
enum RegexTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        guard let source = String(utf8: Array(bytes[..<end])), bytes[end...].count <= 300,
            let message = String(utf8: Array(bytes[end...].dropFirst())), let regex = try? LinearRegex(source)
        else { return }
        var parser = RegexParser(source)
        guard let alternatives = try? parser.parse() else { throw FuzzFailure("\(source) is compiled and not read") }
        let text = message.unicodeScalars.map { $0.isASCII ? Int($0.value) : SymbolSet.other }
        let expected = alternatives.contains { Self.matches($0, text) }
        try FuzzFailure.unless(regex.matches(message) == expected, "%\(source)% in \(message) says \(!expected)")
    }

    /// Whether the alternative matches anywhere in the text, by the places at which each of its items may end.
    private static func matches(_ alternative: RegexParser.Alternative, _ text: [Int]) -> Bool {
        var places = Set(alternative.startsAtStart ? [0] : Array(0...text.count))
        for item in alternative.items {
            var reached: Set<Int> = item.minimum == 0 ? places : []
            var count = 0
            // More repetitions than characters reach nothing.
            while !places.isEmpty, count < item.maximum ?? Int.max {
                places = Set(places.filter { $0 < text.count && item.set.contains(symbol: text[$0]) }.map { $0 + 1 })
                count += 1
                if count >= item.minimum { reached.formUnion(places) }
            }
            places = reached
        }
        return alternative.endsAtEnd ? places.contains(text.count) : !places.isEmpty
    }
}
