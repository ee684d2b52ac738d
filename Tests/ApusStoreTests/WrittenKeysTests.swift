import Testing

@testable import ApusStore

/// That a key was never written is known from filters; nobody who reads may notice.
@Suite struct WrittenKeysTests {
    @Test func `a filter knows everything that was added, and takes little else for it`() {
        var random = SplitMix(seed: 7)
        var filter = KeyFilter()
        #expect(!filter.mayContain(random.next()))
        var added: [UInt64] = []
        for _ in 0..<20_000 {
            added.append(random.next())
            filter.add(added[added.count - 1])
        }
        for hash in added where !filter.mayContain(hash) { Issue.record("\(hash) was added") }
        var strange = 0
        for _ in 0..<2_000 where filter.mayContain(random.next()) { strange += 1 }
        #expect(strange < 60)
        #expect(filter.bytes < 20_000 * 8)
    }

    @Test(arguments: Engine.allCases) func `ids of a period are found from the first on`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            #expect(try storage.head().get(id(1, 5, "a")) == nil)
            try storage.apply(WriteBatch(.put(key: id(1, 5, "a"), value: [1])))
            let head = try storage.head()
            #expect(try head.get(id(1, 5, "a")) == [1])
            for name in ["b", "c", "aa", ""] { #expect(try head.get(id(1, 5, name)) == nil) }
            #expect(try head.get(id(1, 4, "a")) == nil)
            #expect(try head.get(id(2, 5, "a")) == nil)
        }
    }

    @Test(arguments: Engine.allCases) func `what was there before anybody asked is found`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            try storage.apply(WriteBatch(.put(key: id(1, 5, "a"), value: [1])))
            #expect(try storage.head().get(id(1, 5, "b")) == nil)
            #expect(try storage.head().get(id(1, 5, "a")) == [1])
            try storage.apply(WriteBatch(.put(key: id(1, 5, "b"), value: [2])))
            #expect(try storage.head().get(id(1, 5, "b")) == [2])
        }
    }

    @Test(arguments: Engine.allCases) func `random writes, deletions and cleared ranges are read as they are`(
        _ engine: Engine
    ) throws {
        try engine.withStorage { storage in
            var random = SplitMix(seed: 11)
            var expected: [[UInt8]: [UInt8]] = [:]
            for _ in 0..<3_000 {
                let queue = UInt64(1 + random.below(3))
                let period = UInt32(1 + random.below(4))
                let key = id(queue, period, "id \(random.below(40))")
                #expect(try storage.head().get(key) == expected[key])
                switch random.below(100) {
                case 0..<60:
                    expected[key] = [UInt8(period)]
                    try storage.apply(WriteBatch(.put(key: key, value: [UInt8(period)])))
                case 60..<80:
                    expected[key] = nil
                    try storage.apply(WriteBatch(.delete(key: key)))
                case 80..<82:
                    let (start, end) = (id(queue, 0, ""), id(queue, period, ""))
                    for key in expected.keys where !bytesAreOrdered(key, start) && bytesAreOrdered(key, end) {
                        expected[key] = nil
                    }
                    try storage.apply(WriteBatch(.deleteRange(start: start, end: end)))
                case 82:
                    expected = [:]
                    try storage.removeAll()
                default: break
                }
            }
        }
    }

    private func id(_ queue: UInt64, _ period: UInt32, _ name: String) -> [UInt8] {
        var encoder = KeyEncoder(tag: .sqsDeduplication)
        encoder.append(queue)
        encoder.append(period)
        encoder.append("")
        encoder.append(name)
        return encoder.bytes
    }
}
