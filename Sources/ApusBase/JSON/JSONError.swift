/// Why bytes are not the JSON that was expected, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The text ends within a value.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// A string's bytes are not UTF-8.
        case invalidUTF8
        /// A control character (U+0000 to U+001F) stands unescaped in a string.
        case controlCharacter
        /// A backslash is followed by something that is no escape.
        case invalidEscape
        /// `\uD800` to `\uDFFF` without its other half: no Unicode text.
        case loneSurrogate
        /// A number that JSON's grammar does not allow, such as `01` or `1.`.
        case invalidNumber
        /// A number too large for the type asked for, or with a fraction where an integer was asked for.
        case numberOutOfRange
        /// Containers nest deeper than `JSONReader.maximumDepth`.
        case tooDeep
        /// Something other than white space follows the value.
        case trailingBytes
        /// Valid JSON of another kind than was asked for.
        case wrongKind(expected: JSONKind, found: JSONKind)
        /// A string that is not of the format asked for (Base64).
        case invalidFormat
    }

    /// The byte at which it was noticed, from 0.
    package var offset: Int
    package var reason: Reason

    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// A phrase that names no content, safe to log.
    package var description: String { "\(self.phrase) at byte \(self.offset)" }

    private var phrase: String {
        switch self.reason {
        case .unexpectedEnd: "unexpected end of JSON"
        case .unexpectedByte(let byte): "unexpected byte 0x\(Hex.encode([byte]))"
        case .invalidUTF8: "invalid UTF-8"
        case .controlCharacter: "unescaped control character"
        case .invalidEscape: "invalid escape"
        case .loneSurrogate: "lone surrogate"
        case .invalidNumber: "invalid number"
        case .numberOutOfRange: "number out of range"
        case .tooDeep: "nesting too deep"
        case .trailingBytes: "bytes after the value"
        case .wrongKind(let expected, let found): "expected \(expected.rawValue), found \(found.rawValue)"
        case .invalidFormat: "invalid format of string"
        }
    }
}
