internal import ApusBase
internal import Glibc

/// What `ApusBase.Files` does differently: the kernel's control files, which want one write, and folders whose exact rights
/// functions' users depend on. Most of it may be missing on a machine, so answers are whether it worked.
enum ControlFiles {
    /// Makes a directory with exactly this mode. True when it is there afterwards; one that was there is left as it is.
    static func makeDirectory(_ path: String, mode: mode_t) -> Bool {
        if mkdir(path, mode) == 0 { return chmod(path, mode) == 0 }
        return errno == EEXIST && Files.isDirectory(path)
    }

    /// Makes a directory and those above it.
    static func makeDirectories(_ path: String, mode: mode_t) -> Bool {
        var current = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            current += "/\(part)"
            guard Self.makeDirectory(current, mode: mode) else { return false }
        }
        return true
    }

    /// Whether there is something at the end of the links.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Writes the text in one call, as control files need it. The file is made if it is not there.
    static func write(_ path: String, _ text: String, mode: mode_t = 0o644) -> Bool {
        Self.write(path, Array(text.utf8), mode: mode)
    }

    static func write(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o644) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Glibc.write(file, bytes, bytes.count) == bytes.count
    }

    static func read(_ path: String) -> String? {
        (try? Files.readAll(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The names in a directory; none when it cannot be read.
    static func list(_ path: String) -> [String] { (try? Files.names(in: path)) ?? [] }
}
