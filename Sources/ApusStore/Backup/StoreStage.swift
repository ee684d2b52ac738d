internal import ApusBase

/// A picture of a running store in a folder beside it: a checkpoint, and second names of the blobs that it names.
///
/// ```
/// rocksdb/        RocksStorage.checkpoint
/// blobs/ab/abcd…  as in the data directory
/// ```
/// It holds what it shows, whatever the store removes after: nobody who reads it has to keep up with the server. It costs
/// a copy of the log and the names; as the store goes on, also the space of what the store has removed since.
package enum StoreStage {
    /// Makes the picture in `folder`, which is not there. Everything that was acknowledged before the call is in it.
    ///
    /// Errors: no space above the floor; a blob is missing. What was made is removed then. O(blobs).
    package static func make(
        in folder: String, storage: RocksStorage, blobs: BlobStore, blobsPath: String
    ) throws(DiskError) -> StoreImage {
        // From before the checkpoint on, so that no file goes whose name the checkpoint still has.
        blobs.hold()
        defer { blobs.letGo() }
        do throws(DiskError) {
            try DiskError.io { () throws(FileError) in try Files.createDirectory(folder + "/blobs") }
            do throws(StoreError) {
                try storage.checkpoint(to: folder + "/rocksdb")
            } catch {
                let reason = error == .full ? "too little disk space is free for a copy of its log" : "\(error)"
                throw DiskError("the store cannot be backed up now: \(reason)", isFull: error == .full)
            }
            let image = try StoreImage(databasePath: folder + "/rocksdb")
            try Self.link(image.blobs, from: blobsPath, to: folder + "/blobs", freeSpace: storage.freeSpace)
            return image
        } catch {
            try? Files.removeTree(folder)
            throw error
        }
    }

    private static func link(
        _ blobs: [BlobID], from source: String, to target: String, freeSpace: FreeSpace
    ) throws(DiskError) {
        var folder = ""
        for id in blobs {
            let place = DirectoryBlobDisk.place(of: id)
            let path = target + "/" + place
            try DiskError.io { () throws(FileError) in
                // They are sorted: a folder comes once.
                if Files.directory(of: path) != folder {
                    folder = Files.directory(of: path)
                    try Files.createDirectory(folder)
                }
                if (try? Files.link("\(source)/\(place)", to: path)) != nil { return }
                _ = try FileCopy.copy("\(source)/\(place)", to: path, freeSpace: freeSpace)
            }
        }
    }
}
