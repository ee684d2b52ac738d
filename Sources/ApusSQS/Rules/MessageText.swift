/// The characters that a message may have.
package enum MessageText {
    /// Whether all of `text` is `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`.
    ///
    /// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    package static func isAllowed(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            var index = 0
            // Eight bytes at a time: those of nearly every word are beyond doubt.
            while index + 8 <= bytes.count {
                if Self.isDoubtful(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
                    for place in index..<index + 8 where !Self.isAllowed(bytes, at: place) { return false }
                }
                index += 8
            }
            for place in index..<bytes.count where !Self.isAllowed(bytes, at: place) { return false }
            return true
        }
    }

    /// Whether one of eight bytes is a control character, or 0xEF, with which U+FFFE and U+FFFF begin.
    private static func isDoubtful(_ word: UInt64) -> Bool {
        let begins: UInt64 = word ^ 0xEFEF_EFEF_EFEF_EFEF
        let control: UInt64 = (word &- 0x2020_2020_2020_2020) & ~word
        let begin: UInt64 = (begins &- 0x0101_0101_0101_0101) & ~begins
        return (control | begin) & 0x8080_8080_8080_8080 != 0
    }

    /// Whether no forbidden character begins at `index`. UTF-8 has no surrogates.
    private static func isAllowed(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Bool {
        let byte = bytes[index]
        if byte < 0x20 { return byte == 0x09 || byte == 0x0A || byte == 0x0D }
        return byte != 0xEF || index + 2 >= bytes.count || bytes[index + 1] != 0xBF || bytes[index + 2] < 0xBE
    }

    /// Whether `text` is 1 to 128 characters of ASCII letters, digits and punctuation: an id of groups, deduplication
    /// and receive attempts.
    package static func isIdentifier(_ text: String) -> Bool {
        SQSLimits.identifier.contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
