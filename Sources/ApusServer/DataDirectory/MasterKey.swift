internal import ApusBase
internal import Glibc

/// The file `keys/master.key`.
enum MasterKey {
    static let byteCount = 32

    /// The key in the data directory at `path`; made and synchronized, with its names, where there is none yet.
    ///
    /// Called with the directory locked. A store without its key is refused: a new key could open none of its secrets.
    static func load(in path: String, entropy: any Entropy) throws(ServerFailure) -> [UInt8] {
        let file = path + "/keys/master.key"
        let isFirstStart = !Files.exists(file)
        if isFirstStart, Files.exists(path + "/rocksdb/CURRENT") {
            throw ServerFailure(
                .data,
                "\(file) is missing, and the secrets in the store cannot be read without it: restore it from a backup of "
                    + "the directory.")
        }
        let bytes: [UInt8]
        do throws(FileError) {
            if isFirstStart {
                try Files.createDirectory(path + "/keys")
                try Files.synchronizeDirectory(path)
                try Files.replace(file, with: entropy.bytes(count: Self.byteCount))
            }
            bytes = try Files.readAll(file)
        } catch {
            throw ServerFailure(.data, "The data directory: \(error).")
        }
        if let problem = Self.problem(with: file, byteCount: bytes.count) { throw ServerFailure(.data, problem) }
        return bytes
    }

    private static func problem(with file: String, byteCount: Int) -> String? {
        guard byteCount == Self.byteCount else {
            return "\(file) has \(byteCount) bytes and should have \(Self.byteCount): restore it from a backup of the "
                + "directory."
        }
        var status = stat()
        guard stat(file, &status) == 0 else {
            return "\(file) cannot be examined: \(String(cString: strerror(errno)))."
        }
        guard status.st_mode & 0o077 == 0 else {
            return "Other users may use \(file), which opens every secret. Run: chmod 600 \(file)"
        }
        return nil
    }
}
