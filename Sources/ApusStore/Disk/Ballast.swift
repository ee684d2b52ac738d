internal import ApusBase
internal import Glibc

/// A file that holds nothing but space, so that there is some when the disk is full.
struct Ballast: Sendable {
    let path: String
    let bytes: Int64

    var isThere: Bool { Files.exists(self.path) }

    /// Takes the space; false when there is not enough.
    func take() -> Bool {
        guard self.bytes > 0, let file = try? ByteFile(self.path, .readWrite) else { return false }
        guard posix_fallocate(file.descriptor, 0, off_t(self.bytes)) == 0 else {
            self.release()
            return false
        }
        return true
    }

    /// Gives the space back.
    func release() { _ = try? Files.removeIfExists(self.path) }
}
