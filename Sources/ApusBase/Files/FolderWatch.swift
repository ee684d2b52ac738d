internal import Glibc
internal import Synchronization

/// Tells whether anything below a folder has changed, at the cost of one system call where nothing has. By inotify: what was
/// changed before the question is part of the answer.
///
/// What interpreters write for themselves (`__pycache__`, `*.pyc`) and `.git` do not count. Symbolic links below the folder are
/// not followed.
package final class FolderWatch: Sendable {
    private struct State: ~Copyable {
        var descriptor: Int32 = -1
        /// Folders by the numbers of their watches.
        var folders: [Int32: String] = [:]
        /// Something was missed, or the folder itself went: look at all of it anew.
        var isLost = false
    }
    package let path: String
    private let state: Mutex<State>

    /// Folders that are watched at most. The kernel's own limit may be lower.
    private static let most = 8_192
    private static let mask = UInt32(
        IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF
            | IN_MOVE_SELF)

    /// Watches from now on. Errors: the folder cannot be read, or has too many below it.
    package init(_ path: String) throws(FileError) {
        self.path = path
        var state = State()
        do throws(FileError) {
            try Self.open(&state, path)
        } catch {
            Self.close(&state)
            throw error
        }
        self.state = Mutex(state)
    }

    deinit { self.state.withLock { Self.close(&$0) } }

    /// Whether anything has changed since the last question, or since the beginning. A folder that is not there has not changed
    /// until it is there again.
    package func hasChanged() -> Bool {
        self.state.withLock { state in
            var isChanged = Self.readEvents(&state)
            if state.isLost {
                Self.close(&state)
                state.isLost = true
                do throws(FileError) {
                    try Self.open(&state, self.path)
                    state.isLost = false
                    isChanged = true
                } catch {
                    Self.close(&state)
                    state.isLost = true
                    isChanged = false
                }
            }
            return isChanged
        }
    }

    private static func open(_ state: inout State, _ path: String) throws(FileError) {
        state.descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard state.descriptor >= 0 else { throw .last("watch", path) }
        guard Files.isDirectory(path) else { throw FileError(operation: "watch", path: path, code: ENOTDIR) }
        try Self.add(path, &state)
    }

    private static func close(_ state: inout State) {
        if state.descriptor >= 0 { Glibc.close(state.descriptor) }
        state = State()
    }

    /// Watches a folder and those below it. One that goes meanwhile is passed over, but for the first.
    private static func add(_ path: String, _ state: inout State) throws(FileError) {
        guard state.folders.count < Self.most else { throw FileError(operation: "watch", path: path, code: ENOSPC) }
        let watch = inotify_add_watch(state.descriptor, path, Self.mask)
        guard watch >= 0 else { throw .last("watch", path) }
        state.folders[watch] = path
        for name in try Files.names(in: path) where !Self.isIgnored(name) {
            let child = "\(path)/\(name)"
            guard Self.isFolder(child) else { continue }
            do throws(FileError) {
                try Self.add(child, &state)
            } catch {
                if !error.isNotFound { throw error }
            }
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isIgnored(_ name: String) -> Bool {
        name == "__pycache__" || name == ".git" || name.hasSuffix(".pyc")
    }

    // MARK: Events

    /// Takes all that the kernel has to tell; whether any of it counts.
    private static func readEvents(_ state: inout State) -> Bool {
        guard state.descriptor >= 0 else { return false }
        var isChanged = false
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(state.descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return isChanged }
            if Self.note(buffer[..<count], &state) { isChanged = true }
        }
    }

    private static func note(_ bytes: ArraySlice<UInt8>, _ state: inout State) -> Bool {
        var isChanged = false
        var offset = 0
        while offset + MemoryLayout<inotify_event>.size <= bytes.count {
            let event = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self) }
            let start = offset + MemoryLayout<inotify_event>.size
            let name = String(decoding: bytes[start..<start + Int(event.len)].prefix { $0 != 0 }, as: UTF8.self)
            offset = start + Int(event.len)
            if Self.note(event, name, &state) { isChanged = true }
        }
        return isChanged
    }

    private static func note(_ event: inotify_event, _ name: String, _ state: inout State) -> Bool {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
            state.isLost = true
            return true
        }
        guard let folder = state.folders[event.wd] else { return false }
        if event.mask & UInt32(IN_IGNORED) != 0 {
            state.folders[event.wd] = nil
            // Without the folder at the top nothing is heard any more.
            if state.folders.isEmpty { state.isLost = true }
            return false
        }
        if event.mask & UInt32(IN_MOVE_SELF) != 0 {
            state.isLost = true
            return true
        }
        if Self.isIgnored(name) { return false }
        let isNewFolder = event.mask & UInt32(IN_ISDIR) != 0 && event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0
        if isNewFolder, (try? Self.add("\(folder)/\(name)", &state)) == nil { state.isLost = true }
        return true
    }
}
