import ApusBase
import ApusStore
import Testing

@Suite struct BackupManifestTests {
    private let manifest = BackupManifest(
        release: "0.1.0", storeFormat: 1, time: "2026-11-25T17:00:00Z", sequence: 4711,
        files: [
            .init(path: "blobs/ab/abcd", bytes: 3, sha256: Array(repeating: 0xAB, count: 32)),
            .init(path: "rocksdb/CURRENT", bytes: 16, sha256: Array(repeating: 0xCD, count: 32)),
        ])

    private func read(_ text: String) throws -> BackupManifest {
        try BackupManifest(Array(text.utf8), origin: "here/manifest")
    }

    /// The lines with a right end, so that only what a test changed is wrong.
    private func sealed(_ lines: [String]) -> String {
        let text = lines.joined(separator: "\n") + "\n"
        return text + "end \(lines.count - 5) \(Hex.encode(Digest.sha256(Array(text.utf8))))\n"
    }

    private let head = ["apus backup 1", "apus 0.1.0", "store 1", "time 2026-11-25T17:00:00Z", "sequence 1"]
    private let digest = String(repeating: "ab", count: 32)

    @Test func `what is written is read back`() throws {
        #expect(try BackupManifest(self.manifest.text, origin: "here") == self.manifest)
        #expect(self.manifest.bytes == 19)
    }

    @Test func `a manifest that was cut anywhere is refused`() {
        let text = self.manifest.text
        for count in text.indices {
            #expect(throws: DiskError.self) { try BackupManifest(Array(text[..<count]), origin: "here") }
        }
    }

    @Test func `a manifest in which any bit was turned is refused or another that says so`() {
        let text = self.manifest.text
        for index in text.indices {
            var damaged = text
            damaged[index] ^= 0x04
            #expect(throws: DiskError.self, "byte \(index)") { try BackupManifest(damaged, origin: "here") }
        }
    }

    @Test func `a backup of a newer release is refused with both versions`() throws {
        let newer = #expect(throws: DiskError.self) { try self.read("apus backup 2\nwhatever\n") }
        #expect(newer?.description.contains("backup format 2; this release reads up to 1") == true)
        var lines = self.head
        lines[1] = "apus 9.9.9"
        lines[2] = "store 7"
        let store = #expect(throws: DiskError.self) { try self.read(self.sealed(lines)) }
        #expect(store?.description.contains("9.9.9, store format 7; this release reads up to 1") == true)
    }

    @Test(arguments: [
        "/etc/passwd", "../lock", "rocksdb/../../x", "rocksdb//CURRENT", "rocksdb/a/b", "blobs/ab", "blobs/../x/y",
        "format",
        "lock", "", "keys/", "rocksdb/a b", "rocksdb/ü", "./schema",
    ])
    func `a path that no backup has is refused, whatever the checksum says`(_ path: String) {
        #expect(throws: DiskError.self) {
            try self.read(self.sealed(self.head + ["file 1 \(self.digest) \(path)"]))
        }
    }

    @Test(arguments: ["rocksdb/CURRENT", "keys/master.key", "blobs/ab/abcdef", "schema", "rocksdb/MANIFEST-000004"])
    func `a path that backups have is taken`(_ path: String) throws {
        #expect(try self.read(self.sealed(self.head + ["file 1 \(self.digest) \(path)"])).files.map(\.path) == [path])
    }

    @Test(arguments: ["file -1 \("ab")", "file 1 ab rocksdb/x", "gile 1 x y", "file x y z", ""])
    func `a line that no backup has is refused`(_ line: String) {
        #expect(throws: DiskError.self) { try self.read(self.sealed(self.head + [line])) }
    }
}
