internal import ApusBase

/// The file `manifest` of a backup: what it is, and every file in it. Written last; what has none is no backup.
///
/// ```
/// apus backup 1                       the format of this file and of the folder around it
/// apus 0.1.0                          the release that wrote it
/// store 1                             the format of the data directory
/// time 2026-11-25T17:00:00Z
/// sequence 4711                       RocksDB's number of the last write that is in it
/// file 1052 9f86d081… rocksdb/000012.sst
/// end 1 60303ae2…                     how many files, and the SHA-256 of all lines before
/// ```
package struct BackupManifest: Equatable, Sendable {
    package struct File: Equatable, Sendable {
        /// Below the backup's folder `data`, and in the restored data directory.
        package var path: String
        package var bytes: Int
        package var sha256: [UInt8]

        package init(path: String, bytes: Int, sha256: [UInt8]) {
            self.path = path
            self.bytes = bytes
            self.sha256 = sha256
        }
    }
    /// The newest format that this release reads, and the one it writes.
    package static let format = 1
    /// Bytes of a manifest beyond which it is not read: some ten million files.
    static let limit = 1 << 30

    package var release: String
    package var storeFormat: Int
    package var time: String
    package var sequence: UInt64
    package var files: [File]

    /// The sum of all files' bytes.
    package var bytes: Int { self.files.reduce(0) { $0 + $1.bytes } }

    package init(release: String, storeFormat: Int, time: String, sequence: UInt64, files: [File]) {
        self.release = release
        self.storeFormat = storeFormat
        self.time = time
        self.sequence = sequence
        self.files = files
    }

    package var text: [UInt8] {
        var text: [UInt8] = []
        func line(_ words: String) { text += Array((words + "\n").utf8) }
        line("apus backup \(Self.format)")
        line("apus \(self.release)")
        line("store \(self.storeFormat)")
        line("time \(self.time)")
        line("sequence \(self.sequence)")
        for file in self.files { line("file \(file.bytes) \(Hex.encode(file.sha256)) \(file.path)") }
        line("end \(self.files.count) \(Hex.encode(Digest.sha256(text)))")
        return text
    }

    /// Reads a manifest whose checksum is right. `origin` names it in errors.
    package init(_ text: [UInt8], origin: String) throws(DiskError) {
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        let damaged = DiskError("\(origin) is damaged: take another backup")
        guard let first = lines.first, first.hasPrefix("apus backup "), let found = Int(first.dropFirst(12)) else {
            throw DiskError("\(origin) is not the manifest of a backup")
        }
        guard found <= Self.format else {
            throw DiskError(
                "\(origin) was written by a newer release of Apus (backup format \(found); this release reads up to "
                    + "\(Self.format)): restore it with that release or a newer one")
        }
        guard lines.popLast() == "", let last = lines.popLast() else { throw damaged }
        let covered = text.count - last.utf8.count - 1
        let end = last.split(separator: " ", omittingEmptySubsequences: false)
        guard found == 1, lines.count >= 5, end.count == 3, end[0] == "end", Int(end[1]) == lines.count - 5,
            String(end[2]) == Hex.encode(Digest.sha256(Array(text[..<covered])))
        else { throw damaged }
        guard let release = Self.value(lines[1], "apus"),
            let store = Self.value(lines[2], "store").flatMap({ Int($0) }),
            let time = Self.value(lines[3], "time"),
            let sequence = Self.value(lines[4], "sequence").flatMap({ UInt64($0) })
        else { throw damaged }
        self.init(release: release, storeFormat: store, time: time, sequence: sequence, files: [])
        for line in lines[5...] {
            guard let file = Self.file(line) else { throw damaged }
            self.files.append(file)
        }
        guard store <= DataDirectory.format else {
            throw DiskError(
                "\(origin) is of a newer release of Apus (\(release), store format \(store); this release reads up to "
                    + "\(DataDirectory.format)): restore it with that release or a newer one")
        }
    }

    private static func value(_ line: String, _ name: String) -> String? {
        line.hasPrefix(name + " ") ? String(line.dropFirst(name.count + 1)) : nil
    }

    private static func file(_ line: String) -> File? {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == "file", let bytes = Int(words[1]), bytes >= 0,
            let sha256 = Hex.decode(words[2]), sha256.count == 32, self.isAllowed(words[3])
        else { return nil }
        return File(path: String(words[3]), bytes: bytes, sha256: sha256)
    }

    /// Only what a backup writes: nothing that leads out of the folder it is restored to.
    static func isAllowed(_ path: Substring) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let areNames = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".."
                && part.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || byte == 0x2D || byte == 0x2E || byte == 0x5F
                }
        }
        guard areNames, let folder = parts.first else { return false }
        return switch folder {
        case "rocksdb", "keys": parts.count == 2
        case "blobs": parts.count == 3
        case "schema": parts.count == 1
        default: false
        }
    }
}
