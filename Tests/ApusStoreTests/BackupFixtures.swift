import ApusBase
import ApusStore

/// A store with blobs on a real disk, and what is done with it to back it up.
final class BackupBench {
    let temporary = TemporaryDirectory()
    let data: String
    let driver = ThreadDriver(clock: SystemClock(), entropy: SystemEntropy())
    let storage: RocksStorage
    let store: Store
    let blobs: BlobStore

    init() throws {
        self.data = self.temporary.path + "/data"
        self.storage = try RocksStorage(directory: DataDirectory(path: self.data), configuration: .small)
        self.store = Store(storage: self.storage, driver: self.driver)
        let disk = try DirectoryBlobDisk(path: self.data + "/blobs", freeSpace: self.storage.freeSpace)
        self.blobs = BlobStore(store: self.store, disk: disk)
        try Files.createDirectory(self.data + "/keys")
        try Files.replace(self.data + "/keys/master.key", with: Array(repeating: 7, count: 32))
    }

    func stop() {
        self.driver.stop()
        self.storage.close()
    }

    /// A blob that something names.
    func adopted(_ content: [UInt8]) async throws -> StoredBlob {
        let blob = try await self.blobs.write(content)
        try await self.store.write { transaction in (try? transaction.adopt(blob)) == nil ? .rollback : .commit }
        return blob
    }

    func release(_ blob: StoredBlob) async throws {
        try await self.store.write { transaction in (try? transaction.release(blob.id)) == nil ? .rollback : .commit }
    }

    func stage(_ name: String = "stage") throws -> StoreImage {
        try StoreStage.make(
            in: self.path(name), storage: self.storage, blobs: self.blobs, blobsPath: self.data + "/blobs")
    }

    func path(_ name: String) -> String { "\(self.temporary.path)/\(name)" }

    /// A backup in the folder `backup`, by way of a stage.
    @discardableResult
    func backup(_ name: String = "backup", base: String? = nil) throws -> (manifest: BackupManifest, linked: Int) {
        let image = try self.stage("stage-of-\(name)")
        let stage = self.path("stage-of-\(name)")
        defer { try? Files.removeTree(stage) }
        let target = try BackupTarget(path: self.path(name), freeSpace: nil, base: base)
        try target.add("keys/master.key", from: self.data + "/keys/master.key", .mutable)
        for file in try Files.names(in: stage + "/rocksdb") where StoreImage.isData(file) {
            try target.add(
                "rocksdb/\(file)", from: "\(stage)/rocksdb/\(file)", file.hasSuffix(".sst") ? .immutable : .mutable)
        }
        for id in image.blobs {
            let place = DirectoryBlobDisk.place(of: id)
            try target.add("blobs/\(place)", from: "\(stage)/blobs/\(place)", .immutable)
        }
        let manifest = try target.finish(
            release: "0.0.1", storeFormat: DataDirectory.format, time: "2026-01-01T00:00:00Z", sequence: image.sequence)
        return (manifest, target.linked)
    }
}

/// What a store in a data directory has under a key, and whether a blob can be read.
struct OpenedStore {
    static func value(_ path: String, _ key: [UInt8]) throws -> [UInt8]? {
        let storage = try RocksStorage(directory: DataDirectory(path: path), configuration: .small)
        defer { storage.close() }
        return try storage.view().get(key)
    }
}
