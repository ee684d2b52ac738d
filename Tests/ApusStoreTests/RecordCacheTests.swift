import ApusStore
import Synchronization
import Testing

/// Records are cached in memory; nobody who reads through a view may notice.
@Suite struct RecordCacheTests {
    @Test(arguments: Engine.allCases) func `each view shows records as of its making, however often it is asked`(
        _ engine: Engine
    ) throws {
        try engine.withStorage { storage in
            let absent = try storage.view()
            #expect(try absent.get(key("a")) == nil)
            try storage.commit(WriteBatch(.put(key: key("a"), value: [1])))
            let first = try storage.view()
            for _ in 0..<2 {
                #expect(try first.get(key("a")) == [1])
                #expect(try absent.get(key("a")) == nil)
            }
            try storage.commit(WriteBatch(.put(key: key("a"), value: [2])))
            let second = try storage.view()
            try storage.commit(WriteBatch(.delete(key: key("a"))))
            let deleted = try storage.view()
            for _ in 0..<2 {
                #expect(try second.get(key("a")) == [2])
                #expect(try first.get(key("a")) == [1])
                #expect(try deleted.get(key("a")) == nil)
            }
        }
    }

    @Test(arguments: Engine.allCases) func `a cleared range and a removed store have no records left`(
        _ engine: Engine
    ) throws {
        try engine.withStorage { storage in
            try storage.commit(WriteBatch(.put(key: key("a"), value: [1]), .put(key: key("b"), value: [1])))
            for name in ["a", "b"] { #expect(try storage.view().get(key(name)) == [1]) }
            try storage.commit(WriteBatch(.deleteRange(start: key("a"), end: key("b"))))
            #expect(try storage.view().get(key("a")) == nil)
            #expect(try storage.view().get(key("b")) == [1])
            try storage.removeAll()
            try storage.sync()
            #expect(try storage.view().get(key("b")) == nil)
        }
    }

    private final class Flag: Sendable { let isUp = Atomic(false) }

    @Test func `a record that is cached is the same as what was committed with it, while commits go on`() async throws {
        let temporary = TemporaryDirectory()
        let storage = try RocksStorage(directory: DataDirectory(path: temporary.path), configuration: .small)
        defer { storage.close() }
        let flag = Flag()
        let rounds = 400
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    var looks = 0
                    while !flag.isUp.load(ordering: .relaxed) {
                        let view = try storage.view()
                        let record = try view.get(key("a"))
                        // Keys of this tag are not cached.
                        #expect(try view.get(key("a", .sqsMessage)) == record)
                        #expect(try view.get(key("a")) == record)
                        looks += 1
                        await Task.yield()
                    }
                    return looks
                }
            }
            for round in 0..<rounds {
                let value = [UInt8(round & 0xFF), UInt8(round >> 8)]
                try storage.commit(
                    WriteBatch(.put(key: key("a"), value: value), .put(key: key("a", .sqsMessage), value: value)))
                #expect(try storage.view().get(key("a")) == value)
                await Task.yield()
            }
            flag.isUp.store(true, ordering: .relaxed)
            for try await looks in group { #expect(looks > 0) }
        }
    }
}
