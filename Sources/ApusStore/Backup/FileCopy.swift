internal import ApusBase

/// Reads files whole, for their digests and for copies of them. Blocks.
enum FileCopy {
    private static let part = 1 << 20

    /// The size and the digest of a file.
    static func digest(_ path: String) throws(FileError) -> (bytes: Int, sha256: [UInt8]) {
        let file = try ByteFile(path, .read)
        return try self.read(file) { _ throws(FileError) in }
    }

    /// Writes a file anew, durably but for its name, and gives size and digest of what was written.
    ///
    /// - Parameter freeSpace: asked before each part; a refusal is the error of a full disk.
    static func copy(
        _ path: String, to newPath: String, freeSpace: FreeSpace?
    ) throws(FileError) -> (bytes: Int, sha256: [UInt8]) {
        let source = try ByteFile(path, .read)
        let target = try ByteFile(newPath, .create)
        let result = try self.read(source) { (bytes) throws(FileError) in
            if let freeSpace, !freeSpace.admits(Int64(bytes.count)) { throw FileError.full(newPath) }
            try target.append(bytes)
        }
        try target.synchronize()
        return result
    }

    private static func read(
        _ file: borrowing ByteFile, _ each: ([UInt8]) throws(FileError) -> Void
    ) throws(FileError) -> (bytes: Int, sha256: [UInt8]) {
        var digest = RunningDigest()
        var offset = 0
        while true {
            let bytes = try file.read(at: offset, count: Self.part)
            if bytes.isEmpty { return (offset, digest.sha256) }
            digest.update(bytes)
            try each(bytes)
            offset += bytes.count
        }
    }
}
