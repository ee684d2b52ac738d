internal import ApusBase
internal import CZlib

/// A zip archive as Lambda packages have it: read strictly, since it comes from anybody.
///
/// Only what the central directory lists counts. Refused are names that climb out of the folder or are absolute, links,
/// duplicates, encryption, spanned archives, methods beside stored and deflate, and whatever does not add up.
/// Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3, 4.4)
package struct ZipArchive: Sendable {
    /// A file or folder in an archive.
    package struct Entry: Sendable, Equatable {
        /// Relative, with slashes; without the final slash of a folder.
        package var path: String
        package var isDirectory: Bool
        /// The permission bits, where the archive has them.
        package var mode: UInt16?
        package var size: Int
        fileprivate var compressedSize: Int
        fileprivate var method: UInt16
        fileprivate var crc32: UInt32
        fileprivate var headerOffset: Int
    }

    /// Why an archive was refused. The sentence is for logs and tests; callers of Lambda see Lambda's own.
    package struct ZipError: Error, Equatable, Sendable, CustomStringConvertible {
        package var description: String
        /// Whether it is an archive in order, whose files are more than may be.
        package var isTooLarge = false
        fileprivate init(_ description: String) { self.description = description }
    }

    package let entries: [Entry]
    private let bytes: [UInt8]

    /// Reads and checks the directory; contents are checked as they are extracted.
    ///
    /// - Parameters:
    ///   - maximumBytes: of all files together, unpacked.
    ///   - maximumEntries: files and folders.
    package init(_ bytes: [UInt8], maximumBytes: Int, maximumEntries: Int) throws(ZipError) {
        self.bytes = bytes
        let view = ZipView(bytes)
        let directory = try view.findDirectory()
        guard directory.count <= maximumEntries else { throw ZipError("more than \(maximumEntries) entries") }
        var entries: [Entry] = []
        var names: Set<String> = []
        var total = 0
        var offset = directory.offset
        for _ in 0..<directory.count {
            let entry = try view.readEntry(&offset)
            guard names.insert(entry.path).inserted else { throw ZipError("\(entry.path) is there twice") }
            total += entry.size
            guard total <= maximumBytes else {
                var error = ZipError("more than \(maximumBytes) bytes unpacked")
                error.isTooLarge = true
                throw error
            }
            if !entry.path.isEmpty { entries.append(entry) }
        }
        self.entries = entries
    }

    /// The content of a file, checked against its size and checksum.
    package func content(of entry: Entry) throws(ZipError) -> [UInt8] {
        let view = ZipView(self.bytes)
        let start = try view.contentOffset(of: entry)
        guard start + entry.compressedSize <= self.bytes.count else { throw ZipError("\(entry.path) is cut off") }
        let content: [UInt8]
        switch entry.method {
        case 0:
            guard entry.compressedSize == entry.size else { throw ZipError("\(entry.path) has two sizes") }
            content = Array(self.bytes[start..<start + entry.size])
        case 8:
            content = try Self.inflate(self.bytes, start, entry)
        default:
            throw ZipError("\(entry.path) is compressed by method \(entry.method)")
        }
        guard Digest.crc32(content) == entry.crc32 else { throw ZipError("\(entry.path) has another checksum") }
        return content
    }

    private static func inflate(_ bytes: [UInt8], _ start: Int, _ entry: Entry) throws(ZipError) -> [UInt8] {
        var stream = z_stream()
        // Negative window bits: raw deflate, without a zlib header.
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw ZipError("no memory")
        }
        defer { inflateEnd(&stream) }
        // One byte more than promised shows a file that is longer than the directory says.
        var status: Int32 = Z_OK
        let content = [UInt8](unsafeUninitializedCapacity: entry.size + 1) { output, count in
            bytes.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + start)
                stream.avail_in = UInt32(entry.compressedSize)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(entry.size + 1)
                status = CZlib.inflate(&stream, Z_FINISH)
                count = entry.size + 1 - Int(stream.avail_out)
            }
        }
        guard status == Z_STREAM_END, content.count == entry.size, stream.avail_in == 0 else {
            throw ZipError("\(entry.path) does not unpack to its size")
        }
        return content
    }
}

/// Reads the structures of a zip archive at offsets that are not to be trusted.
private struct ZipView {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func uint16(_ offset: Int) throws(ZipArchive.ZipError) -> Int {
        guard offset >= 0, offset + 2 <= self.bytes.count else { throw ZipArchive.ZipError.cutOff }
        return Int(self.bytes[offset]) | Int(self.bytes[offset + 1]) << 8
    }

    private func uint32(_ offset: Int) throws(ZipArchive.ZipError) -> Int {
        try self.uint16(offset) | self.uint16(offset + 2) << 16
    }

    /// Where the central directory lies and how many entries it has.
    func findDirectory() throws(ZipArchive.ZipError) -> (offset: Int, count: Int) {
        var offset = self.bytes.count - 22
        let lowest = max(0, offset - 65_535)
        while offset >= lowest {
            if try self.uint32(offset) == 0x0605_4B50, try offset + 22 + self.uint16(offset + 20) == self.bytes.count {
                let count = try self.uint16(offset + 10)
                let start = try self.uint32(offset + 16)
                guard try self.uint16(offset + 4) == 0, try self.uint16(offset + 8) == count else {
                    throw ZipArchive.ZipError.refused("spans several files")
                }
                guard count != 0xFFFF, start != 0xFFFF_FFFF else {
                    throw ZipArchive.ZipError.refused("is a zip64 archive")
                }
                guard try start + self.uint32(offset + 12) <= offset else { throw ZipArchive.ZipError.cutOff }
                return (start, count)
            }
            offset -= 1
        }
        throw ZipArchive.ZipError.refused("has no directory")
    }

    /// Reads one entry of the central directory and moves past it.
    func readEntry(_ offset: inout Int) throws(ZipArchive.ZipError) -> ZipArchive.Entry {
        guard try self.uint32(offset) == 0x0201_4B50 else {
            throw ZipArchive.ZipError.refused("has a broken directory")
        }
        let nameLength = try self.uint16(offset + 28)
        let nameStart = offset + 46
        guard nameStart + nameLength <= self.bytes.count else { throw ZipArchive.ZipError.cutOff }
        let name = String(decoding: self.bytes[nameStart..<nameStart + nameLength], as: UTF8.self)
        guard try self.uint16(offset + 8) & 0x0001 == 0 else { throw ZipArchive.ZipError.refused("is encrypted") }
        var mode: UInt16?
        // The upper byte of "version made by" tells whose attributes these are: 3 is Unix.
        if try self.uint16(offset + 4) >> 8 == 3 {
            let attributes = try self.uint32(offset + 38) >> 16
            let kind = attributes & 0o170000
            guard kind == 0 || kind == 0o100000 || kind == 0o040000 else {
                throw ZipArchive.ZipError.refused("has \(name), which is neither a file nor a folder")
            }
            mode = UInt16(attributes & 0o777)
        }
        let entry = ZipArchive.Entry(
            path: try self.checkedPath(name), isDirectory: name.utf8.last == UInt8(ascii: "/"), mode: mode,
            size: try self.uint32(offset + 24), compressedSize: try self.uint32(offset + 20),
            method: UInt16(try self.uint16(offset + 10)), crc32: UInt32(try self.uint32(offset + 16)),
            headerOffset: try self.uint32(offset + 42))
        guard entry.size != 0xFFFF_FFFF, entry.compressedSize != 0xFFFF_FFFF else {
            throw ZipArchive.ZipError.refused("is a zip64 archive")
        }
        offset = try nameStart + nameLength + self.uint16(offset + 30) + self.uint16(offset + 32)
        return entry
    }

    /// The path without needless parts, once it is sure to stay within the folder.
    ///
    /// By bytes, as the kernel reads it: for String a slash and an accent after it are one character, which is no slash.
    private func checkedPath(_ name: String) throws(ZipArchive.ZipError) -> String {
        let slash = UInt8(ascii: "/")
        let bytes = Array(name.utf8)
        guard bytes.first != slash, !bytes.contains(0), !bytes.contains(UInt8(ascii: "\\")), bytes.count <= 1_024 else {
            throw ZipArchive.ZipError.refused("has the name \(name)")
        }
        var parts: [ArraySlice<UInt8>] = []
        for part in bytes.split(separator: slash) where !part.elementsEqual(".".utf8) {
            guard !part.elementsEqual("..".utf8), part.count <= 255 else {
                throw ZipArchive.ZipError.refused("has the name \(name)")
            }
            parts.append(part)
        }
        return String(decoding: Array(parts.joined(separator: [slash])), as: UTF8.self)
    }

    /// Where an entry's content begins, by its local header.
    func contentOffset(of entry: ZipArchive.Entry) throws(ZipArchive.ZipError) -> Int {
        let offset = entry.headerOffset
        guard try self.uint32(offset) == 0x0403_4B50 else {
            throw ZipArchive.ZipError.refused("has a broken file header")
        }
        return try offset + 30 + self.uint16(offset + 26) + self.uint16(offset + 28)
    }
}

extension ZipArchive.ZipError {
    fileprivate static var cutOff: Self { .refused("is cut off") }
    fileprivate static func refused(_ what: String) -> Self { Self("the archive \(what)") }
}
