package import ApusBase
internal import Glibc
internal import Synchronization

/// Blobs in a directory: `ab/abcdef…`, a folder for the first byte of the name.
package final class DirectoryBlobDisk: BlobDisk {
    private let path: String
    private let freeSpace: FreeSpace?
    /// Folders whose own names are known to be on disk.
    private let durableFolders = Mutex<Set<String>>([])
    private var unsweptPath: String { self.path + "/unswept" }

    /// Makes the directory if it is not there.
    ///
    /// - Parameter freeSpace: asked before each write; that of the store when they share a disk.
    package init(path: String, freeSpace: FreeSpace?) throws(FileError) {
        self.path = path
        self.freeSpace = freeSpace
        if !Files.isDirectory(path) {
            try Files.createDirectory(path)
            try Files.synchronizeDirectory(Files.directory(of: path))
        }
    }

    /// Where the file of a blob lies below the directory.
    package static func place(of id: BlobID) -> String { "\(id.description.prefix(2))/\(id)" }

    private func folder(_ id: BlobID) -> String { self.path + "/" + id.description.prefix(2) }
    private func file(_ id: BlobID) -> String { self.path + "/" + Self.place(of: id) }

    package func admits(_ bytes: Int) -> Bool { self.freeSpace?.admits(Int64(bytes)) ?? true }

    package func create(_ id: BlobID) throws(FileError) -> any BlobFile {
        if !Files.isDirectory(self.folder(id)) { try Files.createDirectory(self.folder(id)) }
        return PlainBlobFile(try ByteFile(self.file(id), .create))
    }

    package func open(_ id: BlobID) throws(FileError) -> any BlobFile {
        PlainBlobFile(try ByteFile(self.file(id), .read))
    }

    package func remove(_ id: BlobID) throws(FileError) { try Files.removeIfExists(self.file(id)) }

    package func synchronizeNames(of ids: [BlobID]) throws(FileError) {
        let folders = Set(ids.map { self.folder($0) }).filter { Files.isDirectory($0) }
        for folder in folders { try Files.synchronizeDirectory(folder) }
        let new = self.durableFolders.withLock { folders.subtracting($0) }
        guard !new.isEmpty else { return }
        try Files.synchronizeDirectory(self.path)
        self.durableFolders.withLock { $0.formUnion(new) }
    }

    package func list() throws(FileError) -> [BlobID] {
        var ids: [BlobID] = []
        for folder in try Files.names(in: self.path) where folder.utf8.count == 2 {
            for name in try Files.names(in: self.path + "/" + folder) {
                if let id = BlobID(name), name.hasPrefix(folder) { ids.append(id) }
            }
        }
        return ids
    }

    package func isUnswept() -> Bool { Files.exists(self.unsweptPath) }

    package func setUnswept(_ unswept: Bool) throws(FileError) {
        if unswept {
            _ = try ByteFile(self.unsweptPath, .readWrite)
        } else {
            try Files.removeIfExists(self.unsweptPath)
        }
        try Files.synchronizeDirectory(self.path)
    }
}

/// A file of the system.
private final class PlainBlobFile: BlobFile {
    private let file: ByteFile

    init(_ file: consuming ByteFile) { self.file = file }

    func append(_ bytes: [UInt8]) throws(FileError) { try self.file.append(bytes) }
    func synchronize() throws(FileError) { try self.file.synchronizeData() }
    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] { try self.file.read(at: offset, count: count) }
    func size() throws(FileError) -> Int { try self.file.size() }
}
