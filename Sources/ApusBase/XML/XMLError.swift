/// Why bytes are not the XML that is accepted, and where.
package struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The text ends within an element, or has none.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// The bytes are not UTF-8, or say that they are in another encoding.
        case invalidEncoding
        /// A control character that XML cannot hold.
        case controlCharacter
        /// An entity other than the five, or a reference to what is no character.
        case invalidReference
        /// An end tag that is not that of the innermost element.
        case mismatchedEnd
        /// An attribute stands twice in one tag.
        case duplicateAttribute
        /// A document type or another declaration: never read, whatever it says.
        case declaration
        /// Elements nest deeper than `XMLDocument.maximumDepth`.
        case tooDeep
        /// More elements, attributes or bytes than `XMLDocument` takes.
        case tooLarge
        /// Something other than white space and comments follows the root element.
        case trailingBytes
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
        case .unexpectedEnd: "unexpected end of XML"
        case .unexpectedByte(let byte): "unexpected byte 0x\(Hex.encode([byte]))"
        case .invalidEncoding: "not UTF-8"
        case .controlCharacter: "control character"
        case .invalidReference: "invalid reference"
        case .mismatchedEnd: "end tag of another element"
        case .duplicateAttribute: "attribute given twice"
        case .declaration: "declaration"
        case .tooDeep: "nesting too deep"
        case .tooLarge: "too many elements or attributes"
        case .trailingBytes: "bytes after the root element"
        }
    }
}
