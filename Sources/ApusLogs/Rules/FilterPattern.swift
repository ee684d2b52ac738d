package import ApusService

/// A filter pattern of simple terms: every plain term must occur, no `-term` may, and of the `?term`s at least one must.
/// Terms are case-sensitive; quotes hold together what is not alphanumeric. Without any term every message matches.
///
/// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
package struct FilterPattern: Sendable, Equatable {
    private var required: [String] = []
    private var excluded: [String] = []
    private var optional: [String] = []

    /// Errors: InvalidParameterException for a pattern that is not well-formed; NotImplemented (501) for JSON,
    /// space-delimited and regular-expression patterns, which are not here yet.
    package init(_ text: String) throws(ServiceError) {
        let bytes = Array(text.utf8)
        var index = 0
        while true {
            while index < bytes.count, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t") { index += 1 }
            guard index < bytes.count else { break }
            try self.readTerm(bytes, &index)
        }
    }

    private mutating func readTerm(_ bytes: [UInt8], _ index: inout Int) throws(ServiceError) {
        var sign: UInt8 = 0
        if bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "?") {
            sign = bytes[index]
            index += 1
        }
        guard index < bytes.count else { throw Self.invalid }
        let first = bytes[index]
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || first == UInt8(ascii: "%") {
            throw .api(APIError(
                "NotImplemented", status: 501, fault: .receiver, isModelled: false,
                message: "Only filter patterns of simple terms are implemented."))
        }
        var term: [UInt8] = []
        if first == UInt8(ascii: "\"") {
            index += 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
                term.append(bytes[index])
                index += 1
            }
            guard index < bytes.count else { throw Self.invalid }
            index += 1
        } else {
            while index < bytes.count, bytes[index] != UInt8(ascii: " "), bytes[index] != UInt8(ascii: "\t") {
                guard Self.isPlain(bytes[index]) else { throw Self.invalid }
                term.append(bytes[index])
                index += 1
            }
        }
        guard !term.isEmpty else { return }
        let text = String(decoding: term, as: UTF8.self)
        switch sign {
        case UInt8(ascii: "-"): self.excluded.append(text)
        case UInt8(ascii: "?"): self.optional.append(text)
        default: self.required.append(text)
        }
    }

    /// Letters, digits and underscores; beyond ASCII everything. Others must be quoted.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }

    private static var invalid: ServiceError { LogsError.invalidParameter("Invalid filter pattern") }

    /// Whether the message matches. O(message × terms).
    package func matches(_ message: String) -> Bool {
        for term in self.required where !Self.occurs(term, in: message) { return false }
        for term in self.excluded where Self.occurs(term, in: message) { return false }
        if self.optional.isEmpty { return true }
        // With plain terms beside them, `?` terms are ignored, as AWS documents.
        if !self.required.isEmpty { return true }
        return self.optional.contains { Self.occurs($0, in: message) }
    }

    private static func occurs(_ term: String, in message: String) -> Bool {
        var message = message
        var term = term
        return message.withUTF8 { text in
            term.withUTF8 { pattern in
                guard pattern.count <= text.count else { return false }
                guard let first = pattern.first else { return true }
                for start in 0...(text.count - pattern.count) where text[start] == first {
                    var offset = 1
                    while offset < pattern.count, text[start + offset] == pattern[offset] { offset += 1 }
                    if offset == pattern.count { return true }
                }
                return false
            }
        }
    }
}
