internal import ApusBase
package import ApusStore

/// What the bytes of a key in the store say, as far as this release knows.
package struct KeyExplanation: Sendable, Equatable {
    package var tag: KeyTag
    /// The fields that are there whole, in their order.
    package var fields: [KeyField]
    /// The names of the fields that are missing or cut off: the bytes are the beginning of a key, as the ends of ranges are.
    package var missing: [String]
    /// What follows the last field. One zero byte makes the first key after this one.
    package var trailing: [UInt8]

    /// Errors: the tag is unknown or nothing is written under it, or the fields are not what its type expects.
    package init(_ bytes: [UInt8]) throws(KeyProblem) {
        guard bytes.count >= 2 else { throw KeyProblem("A key has two bytes at least, which are its tag.") }
        let raw = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        let name = Hex.encode(Array(bytes[..<2]))
        guard let tag = KeyTag(rawValue: raw) else {
            throw KeyProblem(
                "The tag \(name) is unknown to apus \(ApusVersion.current): it is of a newer release, or no key.")
        }
        self.tag = tag
        guard let type = KeyCatalog.types[tag] else {
            throw KeyProblem(
                "The tag \(name), \(tag), is reserved: apus \(ApusVersion.current) writes nothing under it.")
        }
        guard let (key, padded) = Self.decode(bytes, type) else {
            throw KeyProblem("The tag is \(name), \(tag), but the bytes after it are not the fields of its keys.")
        }
        let fields = KeyField.fields(of: key)
        self.trailing = []
        guard padded == 0 else {
            // Padding is no part of the fields: those that reach into it are missing.
            var end = 2
            let whole = fields.prefix { field in
                end += field.count
                return end <= bytes.count
            }
            self.fields = Array(whole)
            self.missing = fields.dropFirst(whole.count).map(\.name)
            return
        }
        self.fields = fields
        self.missing = []
        self.trailing = Array(bytes.dropFirst(key.encodedCount))
    }

    /// The key, and how many bytes its decoder wanted beyond those that are there: zeros, with a one where an enumeration has no
    /// zero.
    private static func decode(_ bytes: [UInt8], _ type: any StoreKey.Type) -> (any StoreKey, Int)? {
        if let key = type.decode(bytes) { return (key, 0) }
        // No key has more fields of a fixed size than this.
        for count in 1...64 {
            var padding = [UInt8](repeating: 0, count: count)
            if let key = type.decode(bytes + padding) { return (key, count) }
            for position in padding.indices {
                padding[position] = 1
                if let key = type.decode(bytes + padding) { return (key, count) }
                padding[position] = 0
            }
        }
        return nil
    }

    /// A line for the tag and one for each field.
    package var text: String {
        var lines = [
            "\(Hex.encode([UInt8(self.tag.rawValue >> 8), UInt8(self.tag.rawValue & 0xFF)]))  \(self.tag), column family "
                + "\(self.tag.family.storedName)"
        ]
        let width = self.fields.map(\.name.count).max() ?? 0
        for field in self.fields {
            let name = field.name + String(repeating: " ", count: width - field.name.count)
            lines.append("  \(name)  \(field.value)  [\(field.type)]")
        }
        if !self.missing.isEmpty {
            lines.append(
                "  The bytes end here: the beginning of keys, without \(self.missing.joined(separator: ", ")).")
        }
        switch self.trailing {
        case []: break
        case [0]: lines.append("  One zero byte follows: the least key after this one, as the ends of ranges have it.")
        default:
            lines.append("  \(self.trailing.count) bytes follow that no field explains: \(Hex.encode(self.trailing))")
        }
        return lines.joined(separator: "\n")
    }

    /// What the first byte of a record under this key says.
    package func text(ofValue bytes: [UInt8]) -> String {
        guard let version = bytes.first else { return "  The value is empty, which no record is." }
        let known = KeyCatalog.recordVersion(of: self.tag)
        let advice =
            version == 0 || version > known
            ? "; apus \(ApusVersion.current) reads versions 1 to \(known): it is of a newer release, or no record" : ""
        return "  value: record version \(version), \(bytes.count - 1) bytes of fields\(advice)"
    }
}

/// Why bytes are no key, as a sentence.
package struct KeyProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

extension StoreKey {
    /// The key at the beginning of `bytes`, which has their tag; more may follow.
    fileprivate static func decode(_ bytes: [UInt8]) -> (any StoreKey)? {
        var decoder = KeyDecoder(bytes)
        return try? Self(from: &decoder)
    }

    fileprivate var encodedCount: Int { self.encoded.count }
}
