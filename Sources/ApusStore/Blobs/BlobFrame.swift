internal import ApusBase

/// How a blob lies in its file, so that damage is found before a byte of it is used.
///
/// ```
/// header   32 bytes   "APUSBLOB", version 1, log2 of the chunk size, 0, 0, id(16), crc32 of the 28 before
/// chunks              up to 256 KiB of content, crc32 of (chunk number as 8 bytes, content)
/// trailer  48 bytes   length(8), sha256 of the content(32), crc32 of (id, the 40 before)(4), "ENDB"
/// ```
/// Numbers are little-endian. The length comes last, so that content can be written as it arrives.
enum BlobFrame {
    static let headerCount = 32
    static let trailerCount = 48
    static let chunkShift = 18
    static let chunkCount = 1 << Self.chunkShift
    private static let magic = Array("APUSBLOB".utf8)
    private static let end = Array("ENDB".utf8)

    /// Bytes of the file of a blob of `length` bytes.
    static func fileCount(length: Int) -> Int {
        Self.headerCount + length + 4 * Self.chunks(length: length) + Self.trailerCount
    }

    /// The number of chunks of a blob of `length` bytes.
    static func chunks(length: Int) -> Int { (length + Self.chunkCount - 1) >> Self.chunkShift }

    /// Where a chunk and its checksum lie, for a blob of `length` bytes.
    static func place(ofChunk number: Int, length: Int) -> Range<Int> {
        let start = Self.headerCount + number * (Self.chunkCount + 4)
        return start..<start + min(Self.chunkCount, length - number << Self.chunkShift) + 4
    }

    // MARK: Writing

    static func header(_ id: BlobID) -> [UInt8] {
        let fields = Self.magic + [1, UInt8(Self.chunkShift), 0, 0] + id.bytes
        return fields + Self.little(Digest.crc32(fields))
    }

    static func chunk(_ number: Int, _ content: ArraySlice<UInt8>) -> [UInt8] {
        content + Self.little(Self.checksum(number, content))
    }

    static func trailer(_ blob: StoredBlob) -> [UInt8] {
        let fields = Self.little(UInt64(blob.length)) + blob.sha256
        return fields + Self.little(Digest.crc32(blob.id.bytes + fields)) + Self.end
    }

    // MARK: Reading

    /// What header and trailer say, or why they cannot be believed.
    static func check(
        header: [UInt8], trailer: [UInt8], fileCount: Int, id: BlobID
    ) throws(BlobError) -> StoredBlob {
        guard header.count == Self.headerCount, trailer.count == Self.trailerCount else {
            throw .damaged(id, reason: "the file is too short")
        }
        guard Array(header[..<8]) == Self.magic else { throw .damaged(id, reason: "no blob begins so") }
        guard header[8] == 1, header[9] == UInt8(Self.chunkShift) else {
            throw .damaged(id, reason: "version \(header[8]); this release reads 1")
        }
        guard header == Self.header(id) else { throw .damaged(id, reason: "the header is not that of this blob") }
        let fields = Array(trailer[..<40])
        guard trailer[40...] == (Self.little(Digest.crc32(id.bytes + fields)) + Self.end)[...] else {
            throw .damaged(id, reason: "the trailer does not match its checksum")
        }
        let length = fields[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length < 1 << 48, Self.fileCount(length: Int(length)) == fileCount else {
            throw .damaged(id, reason: "the file has \(fileCount) bytes, which does not fit \(length) bytes of content")
        }
        return StoredBlob(id: id, length: Int(length), sha256: Array(fields[8...]))
    }

    /// Takes the checksum off a chunk; nil when it does not match.
    static func content(ofChunk number: Int, _ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        guard bytes.count > 4 else { return nil }
        let content = bytes[..<(bytes.count - 4)]
        let sum = Self.checksum(number, content)
        return Self.little(sum)[...] == bytes[(bytes.count - 4)...] ? content : nil
    }

    private static func checksum(_ number: Int, _ content: ArraySlice<UInt8>) -> UInt32 {
        let start = Digest.crc32(Self.little(UInt64(number)))
        return content.withUnsafeBytes { Digest.crc32($0, continuing: start) }
    }

    private static func little<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
