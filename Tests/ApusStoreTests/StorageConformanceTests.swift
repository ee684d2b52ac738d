import ApusStore
import Testing

/// What every engine does alike.
@Suite struct StorageConformanceTests {
    private static let everything = (start: key(""), end: key([0xFF, 0xFF]))

    @Test(arguments: Engine.allCases) func `an empty storage has nothing`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            let view = try storage.view()
            #expect(try view.get(key("a")) == nil)
            #expect(try view.pairs(Self.everything.start, Self.everything.end).isEmpty)
            #expect(try view.pairs(Self.everything.start, Self.everything.end, .backward).isEmpty)
        }
    }

    @Test(arguments: Engine.allCases) func `what was committed is read back`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            try storage.commit(WriteBatch(.put(key: key("a"), value: [1, 2, 3]), .put(key: key("b"), value: [])))
            let view = try storage.view()
            #expect(try view.get(key("a")) == [1, 2, 3])
            #expect(try view.get(key("b")) == [])
            #expect(try view.get(key("")) == nil)
            #expect(try view.get(key("aa")) == nil)
        }
    }

    @Test(arguments: Engine.allCases) func `a later write of a batch wins`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            try storage.commit(
                WriteBatch(.put(key: key("a"), value: [1]), .delete(key: key("a")), .put(key: key("a"), value: [2])))
            #expect(try storage.view().get(key("a")) == [2])
            try storage.commit(WriteBatch(.put(key: key("a"), value: [3]), .delete(key: key("a"))))
            #expect(try storage.view().get(key("a")) == nil)
        }
    }

    @Test(arguments: Engine.allCases) func `a deleted key is gone, and deleting nothing is no error`(_ engine: Engine)
        throws
    {
        try engine.withStorage { storage in
            try storage.commit(WriteBatch(.put(key: key("a"), value: [1])))
            try storage.commit(WriteBatch(.delete(key: key("a")), .delete(key: key("never"))))
            #expect(try storage.view().get(key("a")) == nil)
        }
    }

    @Test(arguments: Engine.allCases) func `a range is cleared from its start to before its end`(_ engine: Engine)
        throws
    {
        try engine.withStorage { storage in
            for name in ["a", "b", "ba", "c", "d"] { try storage.commit(WriteBatch(.put(key: key(name), value: [1]))) }
            try storage.commit(
                WriteBatch(.deleteRange(start: key("b"), end: key("d")), .put(key: key("c"), value: [2])))
            let pairs = try storage.view().pairs(Self.everything.start, Self.everything.end)
            #expect(
                pairs == [
                    Pair(key: key("a"), value: [1]), Pair(key: key("c"), value: [2]), Pair(key: key("d"), value: [1]),
                ])
        }
    }

    @Test(arguments: Engine.allCases) func `a large range is cleared at once`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            var batch = WriteBatch()
            for number in 0..<5_000 {
                batch.append(.put(key: key(Self.digits(number)), value: [UInt8](repeating: 7, count: 100)))
            }
            try storage.commit(batch)
            try storage.commit(WriteBatch(.deleteRange(start: key(Self.digits(10)), end: key(Self.digits(4_990)))))
            let keys = try storage.view().pairs(Self.everything.start, Self.everything.end).map(\.key)
            #expect(keys == (Array(0..<10) + Array(4_990..<5_000)).map { key(Self.digits($0)) })
        }
    }

    @Test(arguments: Engine.allCases) func `a scan goes in the order of the bytes, both ways`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            let names: [[UInt8]] = [[0x80], [0x7F], [0], [0, 0], [0xFF], [0x7F, 0xFF], []]
            for name in names { try storage.commit(WriteBatch(.put(key: key(name), value: name))) }
            let sorted: [[UInt8]] = [[], [0], [0, 0], [0x7F], [0x7F, 0xFF], [0x80], [0xFF]]
            let view = try storage.view()
            let whole = (start: key(""), end: key([0xFF, 0xFF]))
            #expect(try view.pairs(whole.start, whole.end).map(\.value) == sorted)
            #expect(try view.pairs(whole.start, whole.end, .backward).map(\.value) == sorted.reversed())
            #expect(try view.pairs(key([0]), key([0x7F, 0xFF])).map(\.value) == [[0], [0, 0], [0x7F]])
            #expect(try view.pairs(key([0]), key([0x7F, 0xFF]), .backward).map(\.value) == [[0x7F], [0, 0], [0]])
            #expect(try view.pairs(key([1]), key([0x7F])).isEmpty)
            #expect(try view.pairs(key([0x80]), key([0x7F])).isEmpty)
            #expect(try view.pairs(key([0x80]), key([0x7F]), .backward).isEmpty)
        }
    }

    @Test(arguments: Engine.allCases) func `a scan stops when it is told to`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            for name in ["a", "b", "c"] { try storage.commit(WriteBatch(.put(key: key(name), value: []))) }
            let view = try storage.view()
            #expect(
                try view.pairs(Self.everything.start, Self.everything.end, limit: 2).map(\.key) == [key("a"), key("b")])
            #expect(
                try view.pairs(Self.everything.start, Self.everything.end, .backward, limit: 1).map(\.key) == [key("c")]
            )
        }
    }

    @Test(arguments: Engine.allCases) func `a scan sees its own tag alone, whatever the family`(_ engine: Engine) throws
    {
        try engine.withStorage { storage in
            let tags: [KeyTag] = [.workerProgress, .timer, .outbox, .logsEvent, .sqsMessage, .iamUser]
            for tag in tags {
                try storage.commit(WriteBatch(.put(key: key("x", tag), value: [UInt8(tag.rawValue & 0xFF)])))
            }
            let view = try storage.view()
            for tag in tags {
                #expect(try view.pairs(key("", tag), key([0xFF], tag)).map(\.key) == [key("x", tag)])
                #expect(try view.get(key("x", tag)) == [UInt8(tag.rawValue & 0xFF)])
            }
        }
    }

    @Test(arguments: Engine.allCases) func `a view does not change while it is held`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            try storage.commit(WriteBatch(.put(key: key("a"), value: [1]), .put(key: key("b"), value: [1])))
            let before = try storage.view()
            try storage.commit(
                WriteBatch(
                    .deleteRange(start: key("b"), end: key("c")), .put(key: key("a"), value: [2]),
                    .put(key: key("c"), value: [2])))
            let after = try storage.view()
            #expect(try before.get(key("a")) == [1])
            #expect(try before.pairs(key(""), key("z")).map(\.key) == [key("a"), key("b")])
            #expect(try after.get(key("a")) == [2])
            #expect(try after.pairs(key(""), key("z")).map(\.key) == [key("a"), key("c")])
        }
    }

    @Test(arguments: Engine.allCases) func `all writes of a batch over all families show together`(_ engine: Engine)
        throws
    {
        try engine.withStorage { storage in
            try storage.commit(
                WriteBatch(
                    .put(key: key("a", .iamUser), value: [1]), .put(key: key("a", .timer), value: [1]),
                    .put(key: key("a", .logsEvent), value: [1])))
            let view = try storage.view()
            for tag in [KeyTag.iamUser, .timer, .logsEvent] { #expect(try view.get(key("a", tag)) == [1]) }
            #expect(storage.statistics.commits == 1)
        }
    }

    @Test(arguments: Engine.allCases) func `a reset leaves nothing, and the storage goes on`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            let tags: [KeyTag] = [.iamUser, .timer, .logsEvent]
            for tag in tags {
                var batch = WriteBatch()
                for number in 0..<2_000 { batch.append(.put(key: key(Self.digits(number), tag), value: [1])) }
                try storage.commit(batch)
            }
            try storage.removeAll()
            try storage.commit(WriteBatch(.put(key: key("new", .timer), value: [2])))
            let view = try storage.view()
            for tag in tags {
                #expect(try view.get(key(Self.digits(5), tag)) == nil)
                let left = try view.pairs(key("", tag), key([0xFF], tag))
                #expect(left.map(\.value) == (tag == .timer ? [[2]] : []))
            }
        }
    }

    @Test(arguments: Engine.allCases) func `keys and values of every allowed size are kept`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            let longKey = key([UInt8](repeating: 0xFF, count: StoreLimits.keyBytes - 2))
            let longValue = [UInt8](repeating: 0xAB, count: StoreLimits.valueBytes)
            try storage.commit(WriteBatch(.put(key: longKey, value: longValue)))
            #expect(try storage.view().get(longKey) == longValue)
            let pairs = try storage.view().pairs(key(""), key([UInt8](repeating: 0xFF, count: StoreLimits.keyBytes)))
            #expect(pairs == [Pair(key: longKey, value: longValue)])
        }
    }

    @Test(arguments: Engine.allCases) func `random batches leave what a dictionary would have`(_ engine: Engine) throws
    {
        for seed: UInt64 in 0..<8 {
            try engine.withStorage { storage in
                var random = SplitMix(seed: seed)
                var model: [[UInt8]: [UInt8]] = [:]
                for _ in 0..<60 {
                    try storage.commit(Self.randomBatch(&random, &model))
                    let view = try storage.view()
                    let (low, high) = (Self.randomKey(&random), Self.randomKey(&random))
                    let expected = model.filter { bytesAreOrdered($0.key, high) && !bytesAreOrdered($0.key, low) }
                        .map { Pair(key: $0.key, value: $0.value) }.sorted { bytesAreOrdered($0.key, $1.key) }
                    #expect(try view.pairs(low, high) == expected)
                    #expect(try view.pairs(low, high, .backward) == expected.reversed())
                    #expect(try view.get(low) == model[low])
                }
            }
        }
    }

    private static func digits(_ number: Int) -> String {
        String(repeating: "0", count: 6 - "\(number)".count) + "\(number)"
    }

    private static func randomKey(_ random: inout SplitMix) -> [UInt8] {
        let tag: KeyTag = .timer
        return key((0..<random.below(3)).map { _ in UInt8(random.below(6) * 51) }, tag)
    }

    private static func randomBatch(_ random: inout SplitMix, _ model: inout [[UInt8]: [UInt8]]) -> WriteBatch {
        var batch = WriteBatch()
        if random.below(3) == 0 {
            let (low, high) = (Self.randomKey(&random), Self.randomKey(&random))
            batch.append(.deleteRange(start: low, end: high))
            model = model.filter { bytesAreOrdered($0.key, low) || !bytesAreOrdered($0.key, high) }
        }
        for _ in 0..<random.below(12) {
            let key = Self.randomKey(&random)
            if random.below(3) == 0 {
                batch.append(.delete(key: key))
                model[key] = nil
            } else {
                let value = [UInt8](repeating: UInt8(random.below(256)), count: random.below(40))
                batch.append(.put(key: key, value: value))
                model[key] = value
            }
        }
        return batch
    }
}

/// A small seeded generator: the same numbers for the same seed.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(self.next() % UInt64(bound)) }
}
