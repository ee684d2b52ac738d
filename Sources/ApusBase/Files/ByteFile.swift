internal import Glibc

/// An open file; closed when it goes out of scope. Calls are retried when a signal interrupts them.
///
/// Nothing is durable before `synchronize()` or `synchronizeData()` returned, and a new name not before its directory was
/// synchronized too (`Files.synchronizeDirectory`). After a failed synchronization the content on disk is unknown and
/// trying again proves nothing: the kernel may have dropped the pages.
package struct ByteFile: ~Copyable, Sendable {
    package enum Access: Sendable {
        /// Reads a file that exists.
        case read
        /// Reads and writes, making the file where there is none.
        case readWrite
        /// Makes a new file to write; one that exists is an error.
        case create
        /// Writes at the end, making the file where there is none.
        case append
    }

    package let path: String
    package let descriptor: Int32

    /// Opens `path`. `permissions` (less the umask) are those of a file that is made. Not inherited by child processes.
    package init(_ path: String, _ access: Access, permissions: UInt32 = 0o600) throws(FileError) {
        let flags: Int32 =
            switch access {
            case .read: O_RDONLY
            case .readWrite: O_RDWR | O_CREAT
            case .create: O_RDWR | O_CREAT | O_EXCL
            case .append: O_WRONLY | O_CREAT | O_APPEND
            }
        var descriptor: Int32
        repeat { descriptor = Glibc.open(path, flags | O_CLOEXEC, permissions) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw .last("open", path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { _ = Glibc.close(self.descriptor) }

    /// The size in bytes.
    package func size() throws(FileError) -> Int {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { throw .last("examine", self.path) }
        return Int(status.st_size)
    }

    /// Up to `count` bytes from `offset` on; fewer only where the file ends.
    package func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        precondition(offset >= 0 && count >= 0, "A file has no bytes before its start.")
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            done = 0
            while done < count {
                let got = pread(self.descriptor, buffer.baseAddress! + done, count - done, off_t(offset + done))
                if got == 0 { return }
                if got > 0 { done += got } else if errno != EINTR { return failure = .last("read", self.path) }
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The file from its start to its end.
    package func readAll() throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        // Files of /proc say that they have no bytes, and most have fewer than this.
        var want = max(try self.size() + 1, 4096)
        while true {
            let part = try self.read(at: bytes.count, count: want)
            bytes = bytes.isEmpty ? part : bytes + part
            // Files of /proc and growing files have more than their size said.
            if part.count < want { return bytes }
            want = max(65_536, bytes.count)
        }
    }

    /// Writes all of `bytes` at `offset`.
    package func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        precondition(offset >= 0, "A file has no bytes before its start.")
        try self.writeAll(bytes) { buffer, done in
            pwrite(self.descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
        }
    }

    /// Writes all of `bytes` where the last `append` ended; with `Access.append` at the file's end.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        try self.writeAll(bytes) { buffer, done in
            Glibc.write(self.descriptor, buffer.baseAddress! + done, buffer.count - done)
        }
    }

    private func writeAll(_ bytes: [UInt8], _ write: (UnsafeRawBufferPointer, Int) -> Int) throws(FileError) {
        let code: Int32 = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = write(buffer, done)
                if count >= 0 { done += count } else if errno != EINTR { return errno }
            }
            return 0
        }
        if code != 0 { throw FileError(operation: "write", path: self.path, code: code) }
    }

    /// Cuts or extends the file to `size` bytes.
    package func truncate(to size: Int) throws(FileError) {
        while ftruncate(self.descriptor, off_t(size)) != 0 {
            if errno != EINTR { throw .last("truncate", self.path) }
        }
    }

    /// Waits until content and attributes are on disk (fsync).
    package func synchronize() throws(FileError) {
        while fsync(self.descriptor) != 0 {
            if errno != EINTR { throw .last("synchronize", self.path) }
        }
    }

    /// Waits until content and size are on disk (fdatasync).
    package func synchronizeData() throws(FileError) {
        while fdatasync(self.descriptor) != 0 {
            if errno != EINTR { throw .last("synchronize", self.path) }
        }
    }

    /// Takes the exclusive lock that goes with the open file; false where another process (or another opening) holds it.
    /// It ends when the file is closed, however the process ends.
    package func tryLock() throws(FileError) -> Bool {
        while flock(self.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            if errno != EINTR { throw .last("lock", self.path) }
        }
        return true
    }

    /// Ends the lock at once, also where a process that is just being started has a copy of the descriptor until it runs its
    /// program: closing alone would leave the lock with that copy (flock(2)).
    package func unlock() { _ = flock(self.descriptor, LOCK_UN) }
}
