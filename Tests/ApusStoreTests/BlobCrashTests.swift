import ApusBase
import ApusStore
import Testing

/// The server dies anywhere between the intent and the last unlink; afterwards files and records agree.
@Suite struct BlobCrashTests {
    /// One writer's life: write, adopt, release an older blob, with a reset in some. What was answered is kept.
    private final class Script {
        static let oldContent = noise(300, seed: 1)
        /// Two chunks.
        static let newContent = noise((256 << 10) + 300, seed: 2)
        let old: StoredBlob
        let written = Box<StoredBlob>()
        let adopted = Box<Bool>()
        let resetBegun = Box<Bool>()
        let reset = Box<Bool>()

        init(_ bench: BlobBench, resets: Bool) throws {
            let old = try bench.write(Self.oldContent)
            try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(old) }
            self.old = old
            let (written, adopted, reset, resetBegun) = (self.written, self.adopted, self.reset, self.resetBegun)
            let (store, blobs) = (bench.store, bench.blobs)
            blobs.write(Self.newContent) { result in
                guard case .success(let blob) = result else { return }
                written.set(blob)
                store.write { transaction in
                    do throws(StoreError) {
                        try transaction.adopt(blob)
                        try transaction.release(old.id)
                        return .commit
                    } catch {
                        return .rollback
                    }
                } completion: { failure in
                    guard failure == nil else { return }
                    adopted.set(true)
                    guard resets else { return }
                    resetBegun.set(true)
                    blobs.removeAll { if $0 == nil { reset.set(true) } }
                }
            }
        }
    }

    private func check(_ script: Script, _ bench: BlobBench, _ place: String) throws {
        let named = try bench.ids(.blob)
        #expect(try bench.disk.list().map(\.bytes).sorted { bytesAreOrdered($0, $1) } == named, "\(place): orphans")
        #expect(try bench.ids(.blobIntent).isEmpty, "\(place): intents")
        #expect(try bench.ids(.blobGarbage).isEmpty, "\(place): garbage")
        #expect(!bench.disk.isUnswept(), "\(place): unswept")
        for bytes in named {
            let id = try #require(BlobID(bytes: bytes))
            #expect(try bench.read(id) == (id == script.old.id ? Script.oldContent : Script.newContent))
        }
        if script.reset.value == true { #expect(named.isEmpty, "\(place): blobs after a reset") }
        if script.resetBegun.value == true { return }
        #expect(named.count == 1, "\(place): \(named.count) blobs")
        if script.adopted.value == true {
            #expect(named == [script.written.value!.id.bytes], "\(place): adopted and lost")
        }
    }

    @Test(arguments: [false, true]) func `a crash after any step of the driver leaves no orphan and loses nothing`(
        _ resets: Bool
    ) throws {
        for seed: UInt64 in 0..<8 {
            var steps = 0
            while true {
                let bench = BlobBench(seed: seed)
                let script = try Script(bench, resets: resets)
                var ran = 0
                while ran < steps, bench.driver.runOne() { ran += 1 }
                let next = bench.crashed()
                next.driver.settle()
                try self.check(script, next, "seed \(seed), \(steps) steps")
                if ran < steps { break }
                steps += 1
            }
        }
    }

    @Test func `a crash at any call of the disk leaves no orphan and loses nothing`() throws {
        for seed: UInt64 in 0..<8 {
            var calls = 0
            while true {
                let bench = BlobBench(seed: seed)
                let script = try Script(bench, resets: false)
                let before = bench.disk.calls
                bench.disk.stop(after: calls)
                for _ in 0..<200 where bench.driver.runOne() {}
                let ended = bench.disk.calls - before < calls
                let next = bench.crashed()
                next.driver.settle()
                try self.check(script, next, "seed \(seed), \(calls) calls")
                if ended { break }
                calls += 1
            }
        }
    }

    @Test func `a crash of the cleaner at any of its calls only puts the work off`() throws {
        for calls in 0..<12 {
            var bench = BlobBench(seed: UInt64(calls))
            var ids: [BlobID] = []
            for number: UInt8 in 0..<5 {
                let blob = try bench.write([number])
                try bench.transact { (transaction) throws(StoreError) in try transaction.adopt(blob) }
                ids.append(blob.id)
            }
            _ = try bench.write([9])
            bench.disk.stop(after: calls)
            let released = ids
            try bench.transact { (transaction) throws(StoreError) in for id in released { try transaction.release(id) }
            }
            bench = bench.crashed()
            bench.disk.stop(after: calls)
            for _ in 0..<100 where bench.driver.runOne() {}
            bench = bench.crashed()
            bench.driver.settle()
            #expect(try bench.disk.list().isEmpty)
            for tag in [KeyTag.blob, .blobIntent, .blobGarbage] { #expect(try bench.ids(tag).isEmpty) }
        }
    }
}
