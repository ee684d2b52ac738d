internal import ApusBase

/// How key attributes lie in the store's keys.
package enum KeyCode {
    /// Bytes of `hash`.
    package static let hashBytes = 16

    /// The bytes of a sort key: they sort as DynamoDB sorts values of the type. No value's bytes begin with another's, except
    /// where the one begins with the other; whoever puts something after them must end them first.
    ///
    /// Nil for a value that is no string, number or binary.
    package static func ordered(_ value: ItemValue) -> ArraySlice<UInt8>? {
        value.type.isOrdered ? value.content : nil
    }

    /// What stands for a hash key: the first 16 bytes of a SHA-256 of type and content, so that equal values have equal bytes
    /// and nobody can make two values that share them. Nil for a value that is no string, number or binary.
    package static func hash(_ value: ItemValue) -> [UInt8]? {
        guard value.type.isOrdered else { return nil }
        var input: [UInt8] = [value.code.rawValue]
        input.append(contentsOf: value.content)
        return Array(Digest.sha256(input).prefix(Self.hashBytes))
    }

    /// The least bytes above all that begin with `prefix`, for `begins_with` on sort keys; nil where there are none (all 0xff).
    package static func successor(ofPrefix prefix: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes = Array(prefix)
        while let last = bytes.last {
            if last < 0xff {
                bytes[bytes.count - 1] = last + 1
                return bytes
            }
            bytes.removeLast()
        }
        return nil
    }
}
