import ApusBase
import ApusLambda
import Testing

/// Packages come from anybody: what would reach beyond its folder or its bounds is refused.
@Suite struct ZipArchiveTests {
    private func open(_ files: [(String, [UInt8])], maximumBytes: Int = 1000) throws -> ZipArchive {
        try ZipArchive(ZipFixture.archive(files), maximumBytes: maximumBytes, maximumEntries: 8)
    }

    @Test func `files are read and folders are told apart`() throws {
        let archive = try self.open([("a/", []), ("a/app.py", [1, 2, 3]), ("./b//c", [4])])
        #expect(archive.entries.map(\.path) == ["a", "a/app.py", "b/c"])
        #expect(archive.entries.map(\.isDirectory) == [true, false, false])
        #expect(try archive.content(of: archive.entries[1]) == [1, 2, 3])
    }

    @Test(arguments: ["../evil", "a/../../evil", "/etc/passwd", "a\\b", "a/..", "a\0b"])
    func `a name that may lead out of the folder is refused`(name: String) {
        #expect(throws: ZipArchive.ZipError.self) { try self.open([(name, [1])]) }
    }

    // The kernel takes the byte for a slash, whatever mark stands after it.
    @Test(arguments: ["../\u{301}evil", "a/../\u{301}evil", "/\u{301}etc", "\u{301}/.."])
    func `a slash with an accent after it is a slash all the same`(name: String) {
        #expect(throws: ZipArchive.ZipError.self) { try self.open([(name, [1])]) }
    }

    @Test func `a name twice, too many entries and too many bytes are refused`() {
        #expect(throws: ZipArchive.ZipError.self) { try self.open([("a", [1]), ("./a", [2])]) }
        #expect(throws: ZipArchive.ZipError.self) { try self.open((0..<9).map { ("\($0)", []) }) }
        #expect(throws: ZipArchive.ZipError.self) { try self.open([("a", [1, 2]), ("b", [3])], maximumBytes: 2) }
    }

    @Test func `no beginning of an archive is an archive`() {
        let bytes = ZipFixture.archive([("a", [1, 2, 3])])
        for count in bytes.indices {
            #expect(throws: ZipArchive.ZipError.self) {
                try ZipArchive(Array(bytes[..<count]), maximumBytes: 1000, maximumEntries: 8)
            }
        }
    }
}

/// Archives of stored files, written by APPNOTE.TXT (4.3) and by nothing of ours.
enum ZipFixture {
    static func archive(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for file in files {
            let name = Array(file.name.utf8)
            // From "version needed" to "extra field length" both headers are alike: stored, no flags, no time.
            let common =
                Self.number(20, 2) + Self.number(0, 2) + Self.number(0, 2) + Self.number(0, 4)
                + Self.number(Int(Digest.crc32(file.content)), 4) + Self.number(file.content.count, 4)
                + Self.number(file.content.count, 4) + Self.number(name.count, 2) + Self.number(0, 2)
            directory += Self.number(0x0201_4B50, 4) + Self.number(20, 2) + common + Self.number(0, 2)
            directory += Self.number(0, 2) + Self.number(0, 2) + Self.number(0, 4) + Self.number(bytes.count, 4) + name
            bytes += Self.number(0x0403_4B50, 4) + common + name + file.content
        }
        let start = bytes.count
        bytes += directory + Self.number(0x0605_4B50, 4) + Self.number(0, 4) + Self.number(files.count, 2)
        bytes += Self.number(files.count, 2) + Self.number(directory.count, 4) + Self.number(start, 4)
        return bytes + Self.number(0, 2)
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
