/// Why a text is no event pattern. The description is the message of EventBridge's InvalidEventPatternException.
package struct EventPatternError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, without the place.
    package let reason: String
    /// The pattern, or its beginning.
    private let shown: String
    package let line: Int
    /// From 1; the character after the token at which it was noticed.
    package let column: Int

    /// - Parameter offset: the byte after the token.
    init(_ reason: String, in text: String, at offset: Int) {
        self.reason = reason
        let bytes = Array(text.utf8)
        let before = bytes[..<min(offset, bytes.count)]
        self.line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
        if bytes.count <= EventPatternLimits.shownBytes {
            self.shown = "\"\(text)\""
        } else {
            let rest = bytes.count - EventPatternLimits.shownBytes
            self.shown =
                "\"\(String(decoding: bytes.prefix(EventPatternLimits.shownBytes), as: UTF8.self))\"[truncated \(rest) chars]"
        }
    }

    package var description: String {
        "Event pattern is not valid. Reason: \(self.reason)\n at [Source: (String)\(self.shown); line: \(self.line), column: "
            + "\(self.column)]"
    }
}
