package import ApusBase

/// Files of blobs: what a directory can do, and what a simulation does in its place. All calls block.
package protocol BlobDisk: AnyObject, Sendable {
    /// Whether so many more bytes may be written.
    func admits(_ bytes: Int) -> Bool

    /// Makes a new file.
    func create(_ id: BlobID) throws(FileError) -> any BlobFile

    /// Opens a file to read; `FileError.isNotFound` when there is none. It can be read until it is let go of, even when it
    /// is removed meanwhile.
    func open(_ id: BlobID) throws(FileError) -> any BlobFile

    /// Removes a file, if it is there.
    func remove(_ id: BlobID) throws(FileError)

    /// Waits until what `create` and `remove` did to the names of these blobs is on disk.
    func synchronizeNames(of ids: [BlobID]) throws(FileError)

    /// Every blob of which there is a file, sorted by name. O(files).
    func list() throws(FileError) -> [BlobID]

    /// Whether files may be there that the store knows nothing of; durable when set.
    func isUnswept() -> Bool
    func setUnswept(_ unswept: Bool) throws(FileError)
}

/// An open file of a blob.
package protocol BlobFile: AnyObject, Sendable {
    func append(_ bytes: [UInt8]) throws(FileError)

    /// Waits until everything appended is on disk.
    func synchronize() throws(FileError)

    /// Up to `count` bytes from `offset` on; fewer only where the file ends.
    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8]

    func size() throws(FileError) -> Int
}
