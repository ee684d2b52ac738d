/// The characters that a message may have.
package enum MessageText {
    /// Whether all of `text` is `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`.
    ///
    /// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    package static func isAllowed(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            for index in 0..<utf8.count {
                let byte = utf8[index]
                if byte < 0x20 {
                    guard byte == 0x09 || byte == 0x0A || byte == 0x0D else { return false }
                } else if byte == 0xEF, index + 2 < utf8.count, utf8[index + 1] == 0xBF, utf8[index + 2] >= 0xBE {
                    // U+FFFE and U+FFFF; UTF-8 has no surrogates.
                    return false
                }
            }
            return true
        }
    }

    /// Whether `text` is 1 to 128 characters of ASCII letters, digits and punctuation: an id of groups, deduplication
    /// and receive attempts.
    package static func isIdentifier(_ text: String) -> Bool {
        SQSLimits.identifier.contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
