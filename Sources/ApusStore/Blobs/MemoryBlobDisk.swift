package import ApusBase
internal import Glibc
internal import Synchronization

/// Blobs in memory, with what a crash does to files: unsynchronised names and content may be there afterwards or not.
package final class MemoryBlobDisk: BlobDisk {
    private struct State {
        /// What the running system sees.
        var files: [BlobID: MemoryBlobFile] = [:]
        /// The names that are on disk.
        var durableNames: [BlobID: MemoryBlobFile] = [:]
        var isUnswept = false
        var isFull = false
        /// Calls that still succeed; nil: all.
        var callsLeft: Int?
        var calls = 0
    }
    private let state = Mutex(State())

    package init() {}

    // MARK: Faults

    /// The number of calls so far that change something.
    package var calls: Int { self.state.withLock { $0.calls } }

    /// Lets `count` more calls that change something succeed and all later ones fail, as if the process had died there.
    package func stop(after count: Int?) { self.state.withLock { $0.callsLeft = count } }

    /// Whether the disk takes no more bytes.
    package func setFull(_ isFull: Bool) { self.state.withLock { $0.isFull = isFull } }

    /// Leaves what a crash may leave: what is durable, and at the whim of `entropy` more.
    package func crash(_ entropy: any Entropy) {
        self.state.withLock { state in
            for (id, file) in state.files where state.durableNames[id] == nil && entropy.below(2) == 0 {
                state.durableNames[id] = file
            }
            for id in state.durableNames.keys where state.files[id] == nil && entropy.below(2) == 0 {
                state.durableNames[id] = nil
            }
            for file in state.durableNames.values { file.crash(entropy) }
            state.files = state.durableNames
            state.callsLeft = nil
        }
    }

    /// Overwrites one byte of a file.
    package func damage(_ id: BlobID, at offset: Int) {
        self.state.withLock { $0.files[id] }?.damage(at: offset)
    }

    /// Counts a change; fails when the process is to have died.
    fileprivate func change(_ id: BlobID, _ operation: String) throws(FileError) {
        let goesOn = self.state.withLock { state in
            guard state.callsLeft != 0 else { return false }
            state.calls += 1
            if let left = state.callsLeft { state.callsLeft = left - 1 }
            return true
        }
        if !goesOn { throw FileError(operation: operation, path: id.description, code: EIO) }
    }

    // MARK: BlobDisk

    package func admits(_ bytes: Int) -> Bool { self.state.withLock { !$0.isFull } }

    package func create(_ id: BlobID) throws(FileError) -> any BlobFile {
        try self.change(id, "create")
        let file = MemoryBlobFile(id, disk: self)
        self.state.withLock { $0.files[id] = file }
        return file
    }

    package func open(_ id: BlobID) throws(FileError) -> any BlobFile {
        guard let file = self.state.withLock({ $0.files[id] }) else {
            throw FileError(operation: "open", path: id.description, code: ENOENT)
        }
        return file
    }

    package func remove(_ id: BlobID) throws(FileError) {
        try self.change(id, "remove")
        self.state.withLock { $0.files[id] = nil }
    }

    package func synchronizeNames(of ids: [BlobID]) throws(FileError) {
        guard let first = ids.first else { return }
        try self.change(first, "synchronize")
        self.state.withLock { state in for id in ids { state.durableNames[id] = state.files[id] } }
    }

    package func list() throws(FileError) -> [BlobID] {
        self.state.withLock { $0.files.keys.sorted { $0.description < $1.description } }
    }

    package func isUnswept() -> Bool { self.state.withLock { $0.isUnswept } }

    package func setUnswept(_ unswept: Bool) throws(FileError) { self.state.withLock { $0.isUnswept = unswept } }
}

private final class MemoryBlobFile: BlobFile {
    private struct Content {
        var bytes: [UInt8] = []
        var durableCount = 0
    }
    private let id: BlobID
    private unowned let disk: MemoryBlobDisk
    private let content = Mutex(Content())

    init(_ id: BlobID, disk: MemoryBlobDisk) {
        self.id = id
        self.disk = disk
    }

    func append(_ bytes: [UInt8]) throws(FileError) {
        try self.disk.change(self.id, "write")
        self.content.withLock { $0.bytes += bytes }
    }

    func synchronize() throws(FileError) {
        try self.disk.change(self.id, "synchronize")
        self.content.withLock { $0.durableCount = $0.bytes.count }
    }

    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        self.content.withLock { content in
            let start = min(offset, content.bytes.count)
            return Array(content.bytes[start..<min(start + count, content.bytes.count)])
        }
    }

    func size() throws(FileError) -> Int { self.content.withLock { $0.bytes.count } }

    /// Keeps what is durable and any number of bytes after it.
    func crash(_ entropy: any Entropy) {
        self.content.withLock { content in
            let kept = content.durableCount + Int(entropy.below(UInt64(content.bytes.count - content.durableCount + 1)))
            content.bytes.removeLast(content.bytes.count - kept)
            content.durableCount = kept
        }
    }

    func damage(at offset: Int) { self.content.withLock { $0.bytes[offset] ^= 0x55 } }
}
