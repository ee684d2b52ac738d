import ApusBase

@testable import LogPattern

/// Filter patterns: the first line is the pattern, the rest the message. Of plain terms the answer is that of a search for
/// each; no pattern takes longer for a long message than in proportion.
enum LogPatternTarget {
    /// A message this long takes a matcher that goes back and forth minutes, and one that does not milliseconds.
    private static let longBytes = 1 << 17

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        guard let text = String(utf8: Array(bytes[..<end])),
            let message = String(utf8: Array(bytes[end...].dropFirst())), let pattern = try? LogPattern(text)
        else { return }
        let matches = pattern.matches(message)
        let values = pattern.values(in: message)
        try FuzzFailure.unless(matches == (values != nil), "a match and its values disagree: \(text)")
        if let expected = Self.searched(text, message) {
            try FuzzFailure.unless(matches == expected, "a search for \(text) in \(message) says \(expected)")
        }
        // Now and then, by what the input is, so that the same input always takes the same way.
        let isLong = bytes.reduce(UInt8(0), &+) % 32 == 0
        if isLong, !message.isEmpty {
            let long = String(repeating: message, count: Self.longBytes / message.utf8.count + 1)
            _ = pattern.matches(long)
        }
    }

    /// What patterns of ASCII words say by AWS's page: all words must occur, no word after `-` may, words after `?`
    /// count only where there are no others. Nil for other patterns.
    private static func searched(_ pattern: String, _ message: String) -> Bool? {
        let words = Array(pattern.utf8).split(separator: UInt8(ascii: " "))
        let text = Array(message.utf8)
        var required: [Bool] = []
        var optional: [Bool] = []
        for word in words {
            let mark = word.first == UInt8(ascii: "-") || word.first == UInt8(ascii: "?") ? word.first : nil
            let term = Array(mark == nil ? word : word.dropFirst())
            guard !term.isEmpty, term.allSatisfy(Self.isLetter) else { return nil }
            let occurs = Self.occurs(term, in: text)
            switch mark {
            case UInt8(ascii: "-"): required.append(!occurs)
            case UInt8(ascii: "?"): optional.append(occurs)
            default: required.append(occurs)
            }
        }
        if required.isEmpty, !optional.isEmpty { return optional.contains(true) }
        return !required.contains(false)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func occurs(_ term: [UInt8], in text: [UInt8]) -> Bool {
        guard text.count >= term.count else { return false }
        return (0...text.count - term.count).contains { text[$0...].starts(with: term) }
    }
}
