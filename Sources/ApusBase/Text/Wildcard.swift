/// Patterns in which `*` stands for any text, the empty one too, and `?` for one character (a Unicode scalar), as in IAM
/// policies and event filters. Case matters; there is no escape.
package enum Wildcard {
    /// Whether `text` as a whole matches. At worst O(pattern × text), never exponential: only the last `*` is ever tried
    /// again, since an earlier one can gain nothing by taking more.
    package static func matches(pattern: String, _ text: String) -> Bool {
        var pattern = pattern
        var text = text
        return pattern.withUTF8 { pattern in text.withUTF8 { text in Self.matches(pattern, text) } }
    }

    /// Whether `text` as a whole matches, for text that is at hand as UTF-8.
    package static func matches(pattern: some Collection<UInt8>, _ text: some Collection<UInt8>) -> Bool {
        ContiguousArray(pattern).withUnsafeBufferPointer { pattern in
            ContiguousArray(text).withUnsafeBufferPointer { text in Self.matches(pattern, text) }
        }
    }

    private static func matches(_ pattern: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var patternIndex = 0
        var textIndex = 0
        // Where to go on when the text after the last star does not fit: behind the star, one byte later.
        var afterStar = -1
        var retryAt = 0
        while textIndex < text.count {
            if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
                patternIndex += 1
                afterStar = patternIndex
                retryAt = textIndex
            } else if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "?") {
                patternIndex += 1
                textIndex = Self.scalarEnd(text, from: textIndex)
            } else if patternIndex < pattern.count, pattern[patternIndex] == text[textIndex] {
                patternIndex += 1
                textIndex += 1
            } else if afterStar >= 0 {
                retryAt = Self.scalarEnd(text, from: retryAt)
                textIndex = retryAt
                patternIndex = afterStar
            } else {
                return false
            }
        }
        while patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") { patternIndex += 1 }
        return patternIndex == pattern.count
    }

    /// The index after the scalar that begins at `start`.
    private static func scalarEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start + 1
        while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
        return end
    }
}
