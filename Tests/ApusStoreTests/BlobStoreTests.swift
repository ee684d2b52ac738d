import ApusBase
import ApusStore
import Testing

@Suite struct BlobStoreTests {
    private static let chunk = 256 << 10

    @Test(arguments: [0, 1, 1000, chunk - 1, chunk, chunk + 1, 3 * chunk + 17])
    func `what was written is read back, whole and in parts`(_ count: Int) throws {
        let bench = BlobBench()
        let content = noise(count)
        let blob = try bench.write(content)
        #expect(blob.length == count)
        #expect(blob.sha256 == Digest.sha256(content))
        #expect(try bench.read(blob.id) == content)
        let reader = try bench.open(blob.id)
        #expect(reader.blob == blob)
        for range in [0..<0, 0..<count, count / 3..<count / 2, max(0, count - 1)..<count, count..<count] {
            #expect(try reader.read(range) == Array(content[range]))
        }
    }

    @Test func `an adopted blob stays, over restarts and for ever`() throws {
        var bench = BlobBench()
        let blob = try bench.write(noise(5000))
        try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(blob) }
        for _ in 0..<3 {
            bench.clock.advance(milliseconds: 86_400_000)
            bench = bench.crashed()
            bench.driver.settle()
            #expect(try bench.read(blob.id) == noise(5000))
        }
        #expect(try bench.ids(.blob) == [blob.id.bytes])
        #expect(try bench.ids(.blobIntent).isEmpty)
    }

    @Test func `a released blob's file goes away`() throws {
        let bench = BlobBench()
        let blob = try bench.write(noise(5000))
        try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(blob) }
        try bench.transact { (transaction) throws(StoreError) in try transaction.release(blob.id) }
        #expect(try bench.disk.list().isEmpty)
        #expect(try bench.ids(.blob).isEmpty)
        #expect(try bench.ids(.blobGarbage).isEmpty)
        #expect(throws: BlobError.missing(blob.id)) { try bench.read(blob.id) }
    }

    @Test func `an open blob can be read after it was released`() throws {
        let bench = BlobBench()
        let blob = try bench.write(noise(5000))
        try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(blob) }
        let reader = try bench.open(blob.id)
        try bench.transact { (transaction) throws(StoreError) in try transaction.release(blob.id) }
        #expect(try bench.disk.list().isEmpty)
        #expect(try reader.readAll() == noise(5000))
    }

    @Test func `releasing twice, or what was never adopted, is no error`() throws {
        let bench = BlobBench()
        let blob = try bench.write([1])
        try bench.transact { (transaction) throws(StoreError) in try transaction.release(blob.id) }
        #expect(try bench.disk.list() == [blob.id])
        try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(blob) }
        for _ in 0..<2 { try bench.transact { (transaction) throws(StoreError) in try transaction.release(blob.id) } }
        #expect(try bench.disk.list().isEmpty)
    }

    @Test func `a rolled back adoption can be repeated, or the blob discarded`() throws {
        let bench = BlobBench()
        let blob = try bench.write([1])
        #expect(throws: StoreError.full) {
            try bench.transact { (transaction) throws(StoreError) in
                try transaction.adopt(blob)
                throw StoreError.full
            }
        }
        #expect(try bench.ids(.blobIntent) == [blob.id.bytes])
        bench.blobs.discard(blob)
        bench.driver.settle()
        #expect(try bench.disk.list().isEmpty)
        let tooLate = StoreError.unavailable(
            reason: "the uploaded bytes were given up before they were used; upload them again")
        #expect(throws: tooLate) {
            try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(blob) }
        }
    }

    @Test func `a blob that nobody adopts within an hour is removed`() throws {
        let bench = BlobBench()
        let blob = try bench.write([1])
        bench.driver.run(until: bench.clock.now + 3_500_000)
        #expect(try bench.disk.list() == [blob.id])
        bench.driver.run(until: bench.clock.now + 1_000_000)
        #expect(try bench.disk.list().isEmpty)
        #expect(try bench.ids(.blobIntent).isEmpty)
    }

    @Test func `more garbage than one batch is collected`() throws {
        let bench = BlobBench()
        for number in 0..<200 {
            let blob = try bench.write([UInt8(number)])
            try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(blob) }
        }
        let ids = try bench.disk.list()
        #expect(ids.count == 200)
        try bench.transact { (transaction) throws(StoreError) in for id in ids { try transaction.release(id) } }
        #expect(try bench.disk.list().isEmpty)
        #expect(try bench.ids(.blobGarbage).isEmpty)
    }

    @Test func `a full disk refuses a blob and keeps nothing of it`() throws {
        let bench = BlobBench()
        bench.disk.setFull(true)
        #expect(throws: BlobError.full) { try bench.write(noise(5000)) }
        bench.driver.settle()
        #expect(try bench.disk.list().isEmpty)
        #expect(try bench.ids(.blobIntent).isEmpty)
        bench.disk.setFull(false)
        #expect(try bench.read(bench.write([1, 2, 3]).id) == [1, 2, 3])
    }

    @Test func `damage anywhere in the file is found before a byte is used`() throws {
        let bench = BlobBench()
        let content = noise(1000)
        for offset in [0, 8, 12, 31, 32, 500, 1031, 1032, 1035, 1036, 1044, 1075, 1076, 1083] {
            let blob = try bench.write(content)
            bench.disk.damage(blob.id, at: offset)
            let error = #expect(throws: BlobError.self) { try bench.read(blob.id) }
            guard case .damaged(blob.id, _) = error else {
                Issue.record("byte \(offset): \(String(describing: error))")
                continue
            }
        }
    }

    @Test func `a damaged chunk does not keep one from reading the others`() throws {
        let bench = BlobBench()
        let content = noise(2 * Self.chunk)
        let blob = try bench.write(content)
        bench.disk.damage(blob.id, at: 32 + Self.chunk + 4 + 10)
        let reader = try bench.open(blob.id)
        #expect(try reader.read(0..<Self.chunk) == Array(content[..<Self.chunk]))
        #expect(throws: BlobError.damaged(blob.id, reason: "the bytes from 262144 on do not match their checksum")) {
            try reader.read(Self.chunk - 1..<Self.chunk + 1)
        }
    }

    @Test func `a reset removes every blob, those being written too`() throws {
        let bench = BlobBench()
        let kept = try bench.write([1])
        try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(kept) }
        let waiting = try bench.write([2])
        let late = Box<Result<StoredBlob, BlobError>>()
        let done = Box<StoreError?>()
        bench.blobs.write([3]) { late.set($0) }
        bench.blobs.removeAll { done.set($0) }
        bench.driver.settle()
        #expect(done.value == .some(nil))
        if case .success(let blob) = late.value! {
            // It was written before the reset began, or after it ended.
            _ = try? bench.transact { (transaction) throws(StoreError) in try transaction.adopt(blob) }
        }
        #expect(throws: StoreError.self) {
            try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(waiting) }
        }
        #expect(try bench.disk.list().map(\.bytes) == bench.ids(.blob))
        #expect(!bench.disk.isUnswept())
        #expect(throws: BlobError.missing(kept.id)) { try bench.read(kept.id) }
    }
}
