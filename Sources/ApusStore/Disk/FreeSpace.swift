internal import Glibc
internal import Synchronization

/// Keeps writes off the last bytes of a disk.
///
/// What is left below the floor is what the engine needs to put its memory on disk; a full disk under its log ends the
/// process. All who write to the disk ask here first, before they write anything.
package final class FreeSpace: Sendable {
    private struct State {
        /// What the file system said, less what has been admitted since.
        var left: Int64 = 0
        var asked: UInt64 = 0
        /// Space that is to be set aside before anybody gets any.
        var owed: Int64 = 0
    }
    package let path: String
    package let floor: Int64
    private let state = Mutex(State())
    /// How long an answer of the file system is good, as long as it is far from the floor.
    private static let answerNanoseconds: UInt64 = 50_000_000

    package init(path: String, floor: Int64) {
        self.path = path
        self.floor = floor
    }

    /// Whether `bytes` more may be written. Asks the file system when the last answer is old or near the floor, and counts
    /// what it admits, so that no write passes through the floor on an answer that others used up.
    package func admits(_ bytes: Int64) -> Bool {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        return self.state.withLock { state in
            let isFresh = state.asked != 0 && now &- state.asked < Self.answerNanoseconds
            let floor = self.floor + state.owed
            if !isFresh || state.left - bytes < 2 * floor {
                guard let free = self.bytes else { return false }
                (state.left, state.asked) = (free, now)
            }
            guard state.left - bytes >= floor else { return false }
            state.left -= bytes
            return true
        }
    }

    /// Space that is to be set aside, the ballast's while it is not there: the floor is higher by as much.
    var owed: Int64 {
        get { self.state.withLock { $0.owed } }
        set { self.state.withLock { $0.owed = newValue } }
    }

    /// Whether anything is admitted now.
    package var isAboveFloor: Bool { (self.bytes ?? 0) >= self.floor + self.owed }

    /// Bytes that this process may still write; nil when the file system does not say.
    package var bytes: Int64? {
        var facts = statvfs()
        guard statvfs(self.path, &facts) == 0 else { return nil }
        return Int64(clamping: UInt64(facts.f_bavail) &* UInt64(facts.f_frsize))
    }
}
