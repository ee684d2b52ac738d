/// Why bytes are not a form.
package struct FormError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// A `%` is not followed by two hexadecimal digits.
        case invalidEscape
        /// A name or value is not UTF-8.
        case invalidUTF8
    }

    /// Where the field begins whose name or value is bad, from 0.
    package var offset: Int
    package var reason: Reason

    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// A phrase that names no content, safe to log.
    package var description: String {
        let phrase =
            switch self.reason {
            case .invalidEscape: "invalid percent-escape"
            case .invalidUTF8: "invalid UTF-8"
            }
        return "\(phrase) in the form field at byte \(self.offset)"
    }
}
