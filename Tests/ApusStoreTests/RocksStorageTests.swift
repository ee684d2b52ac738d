import ApusBase
import ApusStore
import Foundation
import Testing

@Suite struct RocksStorageTests {
    private func open(_ temporary: TemporaryDirectory) throws -> RocksStorage {
        try RocksStorage(directory: DataDirectory(path: temporary.path), configuration: .small)
    }

    @Test func `a closed store opens again with everything in it`() throws {
        let temporary = TemporaryDirectory()
        let first = try self.open(temporary)
        try first.commit(WriteBatch(.put(key: key("a"), value: [1]), .put(key: key("a", .timer), value: [2])))
        first.close()
        let second = try self.open(temporary)
        defer { second.close() }
        #expect(try second.view().get(key("a")) == [1])
        #expect(try second.view().get(key("a", .timer)) == [2])
    }

    @Test func `after closing, everything is refused as unavailable`() throws {
        let temporary = TemporaryDirectory()
        let storage = try self.open(temporary)
        try storage.commit(WriteBatch(.put(key: key("a"), value: [1])))
        let view = try storage.view()
        storage.close()
        let reopened = StoreError.unavailable(
            reason: "the store was closed or reopened while this was reading; try again")
        let closed = StoreError.unavailable(reason: "the store is closed")
        #expect(throws: reopened) { try view.get(key("a")) }
        #expect(throws: reopened) { try view.pairs(key(""), key("z")) }
        #expect(throws: closed) { try storage.view() }
        #expect(throws: closed) { try storage.commit(WriteBatch(.delete(key: key("a")))) }
        #expect(throws: closed) { try storage.removeAll() }
        #expect(throws: closed) { try storage.recover() }
    }

    @Test func `views between two commits share one snapshot`() throws {
        let temporary = TemporaryDirectory()
        let storage = try self.open(temporary)
        defer { storage.close() }
        let (first, second) = (try storage.view(), try storage.view())
        #expect(first === second)
        try storage.commit(WriteBatch(.put(key: key("a"), value: [1])))
        #expect(try storage.view() !== first)
    }

    @Test func `a commit of nothing is no commit`() throws {
        let temporary = TemporaryDirectory()
        let storage = try self.open(temporary)
        defer { storage.close() }
        try storage.commit(WriteBatch())
        try storage.commit(WriteBatch(.deleteRange(start: key("a"), end: key("b"))))
        #expect(storage.statistics.commits == 0)
    }

    @Test func `the statistics tell sizes in bytes`() throws {
        let temporary = TemporaryDirectory()
        let storage = try self.open(temporary)
        defer { storage.close() }
        let before = storage.statistics
        // Bytes that do not compress: a flush may come at any moment.
        let entropy = SeededEntropy(seed: 1)
        for number: UInt8 in 0..<16 {
            try storage.commit(WriteBatch(.put(key: key([number]), value: entropy.bytes(count: 100_000))))
        }
        let after = storage.statistics
        #expect(after.commits == 16)
        #expect(after.acceptsWrites)
        #expect(after.diskBytes >= before.diskBytes + 1_600_000)
        #expect(after.freeDiskBytes > 0)
        #expect(after.memoryBytes > 0)
    }

    @Test func `a view stays whole while memtables are flushed and compacted under it`() throws {
        let temporary = TemporaryDirectory()
        let storage = try self.open(temporary)
        defer { storage.close() }
        try storage.commit(WriteBatch(.put(key: key("a"), value: [1])))
        let view = try storage.view()
        for round: UInt8 in 0..<12 {
            var batch = WriteBatch()
            batch.append(.put(key: key("a"), value: [round]))
            for number: UInt8 in 0..<10 {
                batch.append(.put(key: key([number]), value: [UInt8](repeating: round, count: 100_000)))
            }
            try storage.commit(batch)
        }
        #expect(try view.get(key("a")) == [1])
        #expect(try view.pairs(key(""), key([0xFF])) == [Pair(key: key("a"), value: [1])])
        #expect(try storage.view().get(key("a")) == [11])
    }

    /// RocksDB overlooks what it does not know; what it has taken stands in a file.
    @Test func `what is appended finds its place by hints`() throws {
        let temporary = TemporaryDirectory()
        let storage = try self.open(temporary)
        defer { storage.close() }
        let folder = temporary.path + "/rocksdb"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let name = try #require(files.filter { $0.hasPrefix("OPTIONS-") }.max())
        let options = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        let hints = options.split(separator: "\n").filter { $0.contains("memtable_insert_with_hint_prefix_extractor") }
        #expect(hints.count == ColumnFamily.allCases.count)
        #expect(hints.count { $0.hasSuffix("=rocksdb.CappedPrefix.17") } == 2)
    }
}
