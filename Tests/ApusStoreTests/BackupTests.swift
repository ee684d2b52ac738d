import ApusBase
import ApusStore
import Glibc
import Testing

@Suite struct BackupTests {
    @Test func `what was committed before a stage is in it, also what lies in the log only`() throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        try bench.storage.commit(WriteBatch(.put(key: key("a"), value: [1]), .put(key: key("a", .timer), value: [2])))
        let image = try bench.stage()
        try bench.storage.commit(WriteBatch(.put(key: key("a"), value: [9])))
        #expect(image.sequence >= 2)
        try Files.createDirectory(bench.path("copy"))
        try Files.rename(bench.path("stage/rocksdb"), to: bench.path("copy/rocksdb"))
        try Files.replace(bench.path("copy/format"), with: Array("apus store 1\n".utf8))
        #expect(try OpenedStore.value(bench.path("copy"), key("a")) == [1])
        #expect(try OpenedStore.value(bench.path("copy"), key("a", .timer)) == [2])
    }

    @Test func `a stage has the blobs that its store names, and no others`() async throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        let named = try await bench.adopted([1, 2, 3])
        let unnamed = try await bench.blobs.write([4, 5, 6])
        let image = try bench.stage()
        #expect(image.blobs == [named.id])
        let (place, other) = (DirectoryBlobDisk.place(of: named.id), DirectoryBlobDisk.place(of: unnamed.id))
        #expect(Files.exists(bench.path("stage/blobs/\(place)")))
        #expect(!Files.exists(bench.path("stage/blobs/\(other)")))
    }

    @Test func `a blob that is released while a stage holds it stays in the stage`() async throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        let blob = try await bench.adopted(Array("content".utf8))
        _ = try bench.stage()
        try await bench.release(blob)
        let place = DirectoryBlobDisk.place(of: blob.id)
        while Files.exists("\(bench.data)/blobs/\(place)") { try await Task.sleep(nanoseconds: 1_000_000) }
        #expect(Files.exists(bench.path("stage/blobs/\(place)")))
    }

    @Test func `while somebody holds the blobs nothing is removed, and all of it after`() async throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        let blob = try await bench.adopted([1])
        let file = "\(bench.data)/blobs/\(DirectoryBlobDisk.place(of: blob.id))"
        bench.blobs.hold()
        try await bench.release(blob)
        // A later blob's whole life would have passed the collector.
        _ = try await bench.adopted([2])
        #expect(Files.exists(file))
        bench.blobs.letGo()
        while Files.exists(file) { try await Task.sleep(nanoseconds: 1_000_000) }
    }

    @Test func `a full disk refuses the stage and leaves nothing of it`() throws {
        let temporary = TemporaryDirectory()
        var configuration = RocksConfiguration.small
        // A floor above all there is: as on a full disk.
        configuration.freeSpaceFloorBytes = 1 << 60
        let storage = try RocksStorage(
            directory: DataDirectory(path: temporary.path + "/data"), configuration: configuration)
        let driver = ThreadDriver(clock: SystemClock(), entropy: SystemEntropy())
        defer {
            driver.stop()
            storage.close()
        }
        let disk = try DirectoryBlobDisk(path: temporary.path + "/data/blobs", freeSpace: nil)
        let blobs = BlobStore(store: Store(storage: storage, driver: driver), disk: disk)
        let error = #expect(throws: DiskError.self) {
            try StoreStage.make(
                in: temporary.path + "/stage", storage: storage, blobs: blobs, blobsPath: temporary.path + "/data/blobs"
            )
        }
        #expect(error?.isFull == true)
        #expect(!Files.exists(temporary.path + "/stage"))
    }

    @Test func `a backup restores to what was backed up`() async throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        try bench.storage.commit(WriteBatch(.put(key: key("a"), value: [1])))
        let blob = try await bench.adopted(Array("content".utf8))
        let manifest = try bench.backup().manifest
        #expect(BackupCheck.problems(of: manifest, in: bench.path("backup")) == [])
        #expect(try BackupCheck.manifest(of: bench.path("backup")) == manifest)
        #expect(try DataRestore.restore(from: bench.path("backup"), to: bench.path("restored")) == manifest)
        #expect(try OpenedStore.value(bench.path("restored"), key("a")) == [1])
        let place = DirectoryBlobDisk.place(of: blob.id)
        #expect(
            try Files.readAll(bench.path("restored/blobs/\(place)")) == Files.readAll("\(bench.data)/blobs/\(place)"))
        #expect(try Files.readAll(bench.path("restored/keys/master.key")) == Array(repeating: 7, count: 32))
        #expect(!Files.exists(bench.path("restored.restoring")))
    }

    @Test func `no server takes a backup for a data directory`() throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        try bench.storage.commit(WriteBatch(.put(key: key("a"), value: [1])))
        try bench.backup()
        #expect(throws: DiskError.self) { try DataDirectory(path: bench.path("backup/data")) }
    }

    @Test func `a second backup links to what an earlier one has`() async throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        _ = try await bench.adopted([1, 2, 3])
        try bench.backup("first")
        let (manifest, linked) = try bench.backup("second", base: bench.path("first"))
        #expect(linked >= 1)
        #expect(BackupCheck.problems(of: manifest, in: bench.path("second")) == [])
        try Files.removeTree(bench.path("first"))
        #expect(BackupCheck.problems(of: manifest, in: bench.path("second")) == [])
    }

    @Test func `only the owner may look into a backup`() throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        try bench.backup()
        var status = stat()
        #expect(stat(bench.path("backup"), &status) == 0 && status.st_mode & 0o777 == 0o700)
        #expect(stat(bench.path("backup/data/keys/master.key"), &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func `a folder with something in it takes no backup`() throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        try Files.createDirectory(bench.path("used"))
        try Files.replace(bench.path("used/thesis"), with: [1])
        let used = #expect(throws: DiskError.self) { try bench.backup("used") }
        #expect(used?.description.contains("is not empty") == true)
        #expect(try Files.names(in: bench.path("used")) == ["thesis"])
    }

    @Test func `an interrupted backup is told as such and is none`() throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        try bench.backup()
        try Files.removeIfExists(bench.path("backup/manifest"))
        try Files.replace(bench.path("backup/incomplete"), with: [])
        let read = #expect(throws: DiskError.self) { try BackupCheck.manifest(of: bench.path("backup")) }
        #expect(read?.description.contains("was interrupted") == true)
        let again = #expect(throws: DiskError.self) { try bench.backup() }
        #expect(again?.description.contains("holds an interrupted backup") == true)
        #expect(throws: DiskError.self) {
            try DataRestore.restore(from: bench.path("backup"), to: bench.path("restored"))
        }
        #expect(!Files.exists(bench.path("restored")))
    }

    @Test func `what is discarded leaves nothing`() throws {
        let bench = try BackupBench()
        defer { bench.stop() }
        let target = try BackupTarget(path: bench.path("backup"), freeSpace: nil, base: nil)
        try target.add("keys/master.key", from: bench.data + "/keys/master.key", .mutable)
        target.discard()
        #expect(!Files.exists(bench.path("backup")))
    }
}
