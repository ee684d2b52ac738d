internal import Glibc

/// Looks at descriptors that a process was started with.
package enum ListeningSocket {
    /// What speaks against serving HTTP on a descriptor, as the end of a sentence ("descriptor 3 …"); nil where nothing does.
    package static func problem(with descriptor: Int32) -> String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return "is not open" }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return "is not a socket" }
        guard Self.option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue) else {
            return "is not a stream socket"
        }
        guard Self.option(SO_ACCEPTCONN, of: descriptor) == 1 else {
            return "does not listen (in a systemd socket unit: ListenStream= with Accept=no)"
        }
        return nil
    }

    /// Closes the descriptor when a program is executed, so that functions do not get it.
    package static func keepFromChildren(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}
