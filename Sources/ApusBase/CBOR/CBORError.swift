/// Why bytes are not the CBOR that was expected, and where.
package struct CBORError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The bytes end within an item.
        case unexpectedEnd
        /// A first byte that RFC 8949 reserves, or a break where no container of open length may end.
        case unexpectedByte(UInt8)
        /// A text string's bytes are not UTF-8.
        case invalidUTF8
        /// A string of open length has a piece that is no string of its kind with a length.
        case invalidPiece
        /// An integer too large for the type asked for, or a number that is not finite where one must be.
        case numberOutOfRange
        /// Containers nest deeper than `CBORReader.maximumDepth`.
        case tooDeep
        /// Something follows the item.
        case trailingBytes
        /// Valid CBOR of another kind than was asked for.
        case wrongKind(expected: CBORKind, found: CBORKind)
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
        case .unexpectedEnd: "unexpected end of CBOR"
        case .unexpectedByte(let byte): "unexpected byte 0x\(Hex.encode([byte]))"
        case .invalidUTF8: "invalid UTF-8"
        case .invalidPiece: "invalid piece of a string"
        case .numberOutOfRange: "number out of range"
        case .tooDeep: "nesting too deep"
        case .trailingBytes: "bytes after the item"
        case .wrongKind(let expected, let found): "expected \(expected.rawValue), found \(found.rawValue)"
        }
    }
}
