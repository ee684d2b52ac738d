/// Why bytes of the store are not the record that was expected, and where. Stored data is damaged, or newer than this code.
@usableFromInline package struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The record ends within a value.
        case truncated
        /// A variable-length integer of more than 64 bits, or not in its shortest form.
        case malformedInteger
        /// A length that the rest of the record cannot hold.
        case impossibleLength
        case invalidUTF8
        /// A value that the field does not have: a boolean of 2, an unknown case, an unknown version.
        case invalidValue
        /// Bytes are left over.
        case trailingBytes
    }

    /// The byte at which it was noticed, from 0.
    package var offset: Int
    package var reason: Reason

    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    @usableFromInline package var description: String { "\(self.reason) at byte \(self.offset) of a record" }
}
