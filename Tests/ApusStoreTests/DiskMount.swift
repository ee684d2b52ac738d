import ApusBase
import Glibc
import Testing

/// A file system of a given size that can be filled, for tests that run as root; the reason why not otherwise.
final class DiskMount: Sendable {
    let path: String
    private let temporary = TemporaryDirectory()

    struct Refused: Error, CustomStringConvertible { let description: String }

    init(megabytes: Int) throws {
        self.path = self.temporary.path + "/disk"
        try Files.createDirectory(self.path)
        guard mount("tmpfs", self.path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            throw Refused(description: "mounting a small file system is refused: \(String(cString: strerror(errno)))")
        }
    }

    deinit { umount2(self.path, Int32(MNT_DETACH)) }

    /// Runs `body` on a new mount and a path for a child's report, which must be good; or says why it is skipped.
    static func with(megabytes: Int, _ body: (_ path: String, _ report: String) async throws -> Void) async throws {
        let disk: DiskMount
        do { disk = try DiskMount(megabytes: megabytes) } catch { return print("SKIPPED: \(error)") }
        let report = disk.temporary.path + "/report"
        try await body(disk.path, report)
        #expect(DiskChild.findings(report) == "sound")
    }
}

/// A file that takes space away from everybody else.
struct Filler {
    let path: String

    init(_ directory: String) { self.path = directory + "/filler" }

    /// Takes all but so many bytes of what is free.
    func take(leaving bytes: Int) {
        var facts = statvfs()
        statvfs(Files.directory(of: self.path), &facts)
        let more = Int(facts.f_bavail) * Int(facts.f_frsize) - bytes
        guard let file = try? ByteFile(self.path, .readWrite) else { return }
        guard var size = try? file.size() else { return }
        let target = size + more
        var piece = 16 << 20
        // What does not fit as a whole may fit in smaller pieces.
        while piece >= 4096 {
            if size + piece <= target, posix_fallocate(file.descriptor, off_t(size), off_t(piece)) == 0 {
                size += piece
            } else {
                piece /= 2
            }
        }
    }

    func remove() { _ = try? Files.removeIfExists(self.path) }
}

/// Takes a little more of a disk all the time, until the last byte is gone.
final class DiskEater: @unchecked Sendable {
    // SAFETY: `stopping` only goes one way, and a late look costs a turn; `thread` is written before it is shared.
    private let path: String
    private let pauseMicroseconds: UInt32
    private var stopping = false
    private var thread = pthread_t()

    init(_ path: String, pauseMicroseconds: UInt32) {
        self.path = path
        self.pauseMicroseconds = pauseMicroseconds
        let context = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &self.thread, nil,
            { context in
                Unmanaged<DiskEater>.fromOpaque(context!).takeRetainedValue().eat()
                return nil
            }, context)
    }

    private func eat() {
        guard let file = try? ByteFile(self.path, .readWrite) else { return }
        var size = 0
        while !self.stopping {
            if posix_fallocate(file.descriptor, off_t(size), 65_536) == 0 { size += 65_536 } else { usleep(200) }
            usleep(self.pauseMicroseconds)
        }
    }

    func stop() {
        self.stopping = true
        pthread_join(self.thread, nil)
    }
}
