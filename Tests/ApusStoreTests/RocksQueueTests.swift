import ApusBase
import ApusStore
import Glibc
import Testing

/// A range that is consumed in order: what is in front stays as fast to find after a million messages as after none.
///
/// `APUS_QUEUE_MESSAGES=1000000` runs it at full length.
@Suite struct RocksQueueTests {
    private static var messages: Int { getenv("APUS_QUEUE_MESSAGES").flatMap { Int(String(cString: $0)) } ?? 200_000 }

    private static func message(_ position: Int) -> [UInt8] {
        key(withUnsafeBytes(of: UInt64(position).bigEndian) { Array($0) }, .timer)
    }

    @Test func `a look at the head of a queue stays flat however many messages went through`() throws {
        let temporary = TemporaryDirectory()
        let storage = try RocksStorage(directory: DataDirectory(path: temporary.path))
        defer { storage.close() }
        let value = noise(300)
        var head = 0
        var tail = 0
        /// Sends and deletes one batch; the queue holds 1,000 messages at most.
        func pass() throws {
            var batch = WriteBatch()
            for _ in 0..<250 {
                batch.append(.put(key: Self.message(tail), value: value))
                tail += 1
            }
            while tail - head > 1000 {
                batch.append(.delete(key: Self.message(head)))
                head += 1
            }
            try storage.commit(batch)
        }
        while tail < 2_000 { try pass() }
        let early = try self.look(storage, from: head)
        while tail < Self.messages { try pass() }
        let late = try self.look(storage, from: head)
        // Twenty times is far from the thousands that a walk over all tombstones costs, and from the noise of a busy machine.
        #expect(late < early * 20 + 50, "first \(early) µs, after \(tail) messages \(late) µs")
        print("queue head: \(early) µs at first, \(late) µs after \(tail) messages")
    }

    /// Microseconds of a receive's look at ten messages from the head position, the median of many.
    private func look(_ storage: RocksStorage, from head: Int) throws -> Double {
        var times: [Double] = []
        for _ in 0..<101 {
            let start = SystemClock().monotonicNanoseconds
            let pairs = try storage.view().pairs(Self.message(head), Self.message(Int.max), limit: 10)
            times.append(Double(SystemClock().monotonicNanoseconds - start) / 1000)
            #expect(pairs.first?.key == Self.message(head))
            #expect(pairs.count == 10)
        }
        return times.sorted()[50]
    }
}
