/// Why bytes are not messages of an event stream. After one the stream cannot be read on.
package enum EventStreamError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The checksum of a message's first eight bytes, or of the whole, is another.
    case preludeChecksum, messageChecksum
    /// Headers or payload are longer than allowed, or the lengths contradict each other.
    case length
    /// A header has no name, a name or text that is not UTF-8, or ends past the headers.
    case header
    /// A header's value is of a type that there is not.
    case headerType(UInt8)
    /// Two headers have one name.
    case duplicateHeader

    /// A phrase that names no content, safe to log.
    package var description: String {
        switch self {
        case .preludeChecksum: "wrong checksum of a prelude"
        case .messageChecksum: "wrong checksum of a message"
        case .length: "impossible length of a message"
        case .header: "malformed header"
        case .headerType(let type): "header of type \(type)"
        case .duplicateHeader: "header given twice"
        }
    }
}
