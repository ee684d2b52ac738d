internal import Glibc

/// A system call on a file that failed.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, as a verb: `open`, `write`, `synchronize` …
    package var operation: String
    package var path: String
    /// The value of `errno`.
    package var code: Int32

    package init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// There is no such file or directory.
    package var isNotFound: Bool { self.code == ENOENT }
    /// There is one already.
    package var isExisting: Bool { self.code == EEXIST }
    /// The disk or the quota is full.
    package var isNoSpace: Bool { self.code == ENOSPC || self.code == EDQUOT }

    /// The error of a disk that has no space left, for those who stop before it comes to that.
    package static func full(_ path: String) -> FileError { FileError(operation: "write", path: path, code: ENOSPC) }

    /// `cannot open /data/x: No such file or directory`
    package var description: String { "cannot \(self.operation) \(self.path): \(String(cString: strerror(self.code)))" }

    /// The error of the call that just failed.
    static func last(_ operation: String, _ path: String) -> FileError {
        FileError(operation: operation, path: path, code: errno)
    }
}
