import ApusBase
import ApusStore
import Testing

@Suite struct DataRestoreTests {
    private func backedUp() throws -> BackupBench {
        let bench = try BackupBench()
        try bench.storage.commit(WriteBatch(.put(key: key("a"), value: [1])))
        try bench.backup()
        return bench
    }

    private func refusal(_ bench: BackupBench, to target: String = "restored") -> DiskError? {
        #expect(throws: DiskError.self) {
            try DataRestore.restore(from: bench.path("backup"), to: bench.path(target))
        }
    }

    @Test func `a byte that changed in any file is found, and nothing is restored`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        let manifest = try BackupCheck.manifest(of: bench.path("backup"))
        for file in manifest.files where file.bytes > 0 {
            let path = bench.path("backup/data/\(file.path)")
            let content = try Files.readAll(path)
            var damaged = content
            damaged[content.count / 2] ^= 1
            // A new file: the old one may be a link to the server's.
            try Files.replace(path, with: damaged)
            #expect(BackupCheck.problems(of: manifest, in: bench.path("backup")).count == 1)
            #expect(self.refusal(bench)?.description.contains(file.path) == true)
            #expect(!Files.exists(bench.path("restored")) && !Files.exists(bench.path("restored.restoring")))
            try Files.replace(path, with: content)
        }
        #expect(BackupCheck.problems(of: manifest, in: bench.path("backup")) == [])
    }

    @Test func `a missing, a cut and a foreign file are found`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        let manifest = try BackupCheck.manifest(of: bench.path("backup"))
        let key = bench.path("backup/data/keys/master.key")
        try Files.replace(key, with: [1, 2, 3])
        #expect(
            BackupCheck.problems(of: manifest, in: bench.path("backup")) == [
                "data/keys/master.key has 3 bytes and should have 32"
            ])
        try Files.removeIfExists(key)
        #expect(
            BackupCheck.problems(of: manifest, in: bench.path("backup")) == ["data/keys/master.key is missing"])
        #expect(self.refusal(bench) != nil)
        try Files.replace(key, with: Array(repeating: 7, count: 32))
        try Files.replace(bench.path("backup/data/rocksdb/000099.sst"), with: [1])
        #expect(
            BackupCheck.problems(of: manifest, in: bench.path("backup")) == [
                "data/rocksdb/000099.sst is not in the manifest"
            ])
    }

    @Test func `a directory with something in it is not restored to`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        try Files.createDirectory(bench.path("used"))
        try Files.replace(bench.path("used/thesis"), with: [1])
        #expect(self.refusal(bench, to: "used")?.description.contains("is not empty") == true)
        #expect(try Files.names(in: bench.path("used")) == ["thesis"])
    }

    @Test func `a directory that a server uses is not restored to`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        let refusal = self.refusal(bench, to: "data")
        #expect(refusal?.isInUse == true)
        #expect(refusal?.description.contains("a running server uses") == true)
    }

    @Test func `an empty directory is restored to`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        try Files.createDirectory(bench.path("empty"))
        _ = try DataRestore.restore(from: bench.path("backup"), to: bench.path("empty"))
        #expect(try OpenedStore.value(bench.path("empty"), key("a")) == [1])
    }

    @Test func `what an interrupted restore left is opened by nobody and taken by the next`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        let folder = bench.path("restored.restoring")
        try Files.createDirectory(folder + "/data/rocksdb")
        try Files.replace("\(folder)/\(DataRestore.mark)", with: [])
        try Files.replace(folder + "/data/format", with: Array("apus restore\n".utf8))
        try Files.replace(folder + "/data/rocksdb/000099.sst", with: [1])
        let opened = #expect(throws: DiskError.self) { try DataDirectory(path: folder + "/data") }
        #expect(opened?.description.contains("interrupted restore") == true)
        _ = try DataRestore.restore(from: bench.path("backup"), to: bench.path("restored"))
        #expect(!Files.exists(folder) && !Files.exists(bench.path("restored/rocksdb/000099.sst")))
        #expect(try OpenedStore.value(bench.path("restored"), key("a")) == [1])
    }

    @Test func `what was whole when a restore died before the last step is made anew`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        _ = try DataRestore.restore(from: bench.path("backup"), to: bench.path("restored"))
        try Files.createDirectory(bench.path("other.restoring"))
        try Files.replace(bench.path("other.restoring/\(DataRestore.mark)"), with: [])
        try Files.rename(bench.path("restored"), to: bench.path("other.restoring/data"))
        _ = try DataRestore.restore(from: bench.path("backup"), to: bench.path("other"))
        #expect(try OpenedStore.value(bench.path("other"), key("a")) == [1])
        #expect(!Files.exists(bench.path("other.restoring")))
    }

    @Test func `somebody else's folder beside the target is left alone`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        try Files.createDirectory(bench.path("restored.restoring"))
        try Files.replace(bench.path("restored.restoring/thesis"), with: [1])
        #expect(self.refusal(bench)?.description.contains("holds something else") == true)
        #expect(Files.exists(bench.path("restored.restoring/thesis")))
    }

    @Test func `two restores to one directory do not meet`() throws {
        let bench = try self.backedUp()
        defer { bench.stop() }
        let folder = bench.path("restored.restoring")
        try Files.createDirectory(folder)
        try Files.replace("\(folder)/\(DataRestore.mark)", with: [])
        let lock = try ByteFile("\(folder)/\(DataRestore.mark)", .readWrite)
        #expect(try lock.tryLock())
        #expect(self.refusal(bench)?.isInUse == true)
        #expect(Files.exists("\(folder)/\(DataRestore.mark)"))
    }
}
