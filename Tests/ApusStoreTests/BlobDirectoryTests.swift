import ApusBase
import ApusStore
import Testing

/// Blobs in files of the system, with the threads of a server.
@Suite struct BlobDirectoryTests {
    @Test func `blobs are written, read, copied and removed on a real disk`() async throws {
        let temporary = TemporaryDirectory()
        let driver = ThreadDriver(clock: SystemClock(), entropy: SystemEntropy())
        defer { driver.stop() }
        let storage = try RocksStorage(directory: DataDirectory(path: temporary.path), configuration: .small)
        defer { storage.close() }
        let disk = try DirectoryBlobDisk(path: temporary.path + "/blobs", freeSpace: storage.freeSpace)
        let store = Store(storage: storage, driver: driver)
        let blobs = BlobStore(store: store, disk: disk)

        let content = noise(700_000)
        let blob = try await blobs.write(content)
        try await store.write { transaction in (try? transaction.adopt(blob)) == nil ? .rollback : .commit }
        #expect(try await blobs.read(blob.id) == content)
        #expect(try disk.list() == [blob.id])
        let name = blob.id.description
        let file = temporary.path + "/blobs/" + name.prefix(2) + "/" + name
        #expect(try Files.readAll(file).count == 32 + 700_000 + 3 * 4 + 48)

        try await blobs.copy(blob.id, to: temporary.path + "/copy")
        #expect(try Files.readAll(temporary.path + "/copy") == content)

        let reader = try await blobs.open(blob.id)
        try await store.write { transaction in (try? transaction.release(blob.id)) == nil ? .rollback : .commit }
        while Files.exists(file) { try await Task.sleep(nanoseconds: 1_000_000) }
        #expect(try reader.read(10..<20) == Array(content[10..<20]))
    }

    @Test func `the file of a blob is what it says it is, byte by byte`() throws {
        let bench = BlobBench()
        let blob = try bench.write(Array("swift".utf8))
        let file = try bench.disk.open(blob.id)
        let bytes = try file.read(at: 0, count: 1000)
        // The checksums are those of Python's zlib.crc32, the digest that of sha256sum.
        #expect(bytes.count == 32 + 5 + 4 + 48)
        let head: [UInt8] = Array("APUSBLOB".utf8) + ([1, 18, 0, 0] as [UInt8])
        #expect(Array(bytes[..<12]) == head)
        #expect(Array(bytes[12..<28]) == blob.id.bytes)
        #expect(Array(bytes[32..<37]) == Array("swift".utf8))
        #expect(Array(bytes[37..<41]) == [0x13, 0xCD, 0x27, 0x64] as [UInt8])
        #expect(Array(bytes[41..<49]) == [5, 0, 0, 0, 0, 0, 0, 0] as [UInt8])
        #expect(
            Hex.encode(Array(bytes[49..<81])) == "a33603bf79f74b056172d43b78358a9d6a51ae59d2720741fbb33ce78e3ad607")
        #expect(Array(bytes[85...]) == Array("ENDB".utf8))
    }

    @Test func `names of blobs are 32 hexadecimal digits`() {
        let id = BlobID(bytes: Array(0..<16))
        #expect(id?.description == "000102030405060708090a0b0c0d0e0f")
        #expect(BlobID("000102030405060708090a0b0c0d0e0f") == id)
        for wrong in ["", "00", "000102030405060708090A0B0C0D0E0F", "000102030405060708090a0b0c0d0e0g"] {
            #expect(BlobID(wrong) == nil)
        }
        #expect(BlobID(bytes: [1]) == nil)
    }
}
