package import ApusBase

/// Names a blob: 16 random bytes, never used again.
package struct BlobID: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 16
    private let high: UInt64
    private let low: UInt64

    /// A new name.
    package init(_ entropy: any Entropy) {
        self.high = entropy.nextUInt64()
        self.low = entropy.nextUInt64()
    }

    /// The name with these bytes; nil unless there are 16.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        self.low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The name that is written so; nil unless it is 32 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard let bytes = Hex.decode(text), let id = BlobID(bytes: bytes), id.description == text else { return nil }
        self = id
    }

    package var bytes: [UInt8] {
        withUnsafeBytes(of: self.high.bigEndian) { Array($0) } + withUnsafeBytes(of: self.low.bigEndian) { Array($0) }
    }

    /// 32 lower-case hexadecimal digits.
    package var description: String { Hex.encode(self.bytes) }

    /// Writes the id as part of a record.
    package func encode(into writer: inout RecordWriter) { writer.blob(self.bytes) }

    /// Reads what `encode` wrote.
    package init(from reader: inout RecordReader) throws(RecordError) {
        guard let id = BlobID(bytes: try reader.readBlob()) else { throw reader.error(.invalidValue) }
        self = id
    }
}

/// A blob that is on disk, whole: its name and what it holds.
package struct StoredBlob: Hashable, Sendable {
    package let id: BlobID
    /// Bytes of content.
    package let length: Int
    /// 32 bytes.
    package let sha256: [UInt8]
}
