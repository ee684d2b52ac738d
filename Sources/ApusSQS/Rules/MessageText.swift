internal import ApusBase

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
            // Sixteen bytes at a time: nearly all are beyond doubt. In doubt are control characters and 0xEF, with which U+FFFE and
            // U+FFFF begin.
            while index + 16 <= bytes.count {
                let lanes = bytes.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
                if (lanes.marks(below: 0x20) | lanes.marks(of: 0xEF)).hasHighBit {
                    for place in index..<index + 16 where !Self.isAllowed(bytes, at: place) { return false }
                }
                index += 16
            }
            for place in index..<bytes.count where !Self.isAllowed(bytes, at: place) { return false }
            return true
        }
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
