import ApusStore
import Testing

/// What the last batches left of a queue's state is kept in memory; nobody who reads may notice.
@Suite struct WrittenRecordsTests {
    private static let tags: [KeyTag] = [.sqsQueueState, .sqsGroup, .sqsMessage]

    @Test(arguments: Engine.allCases) func `the head shows what was written last, and deletions`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            for tag in Self.tags {
                try storage.apply(WriteBatch(.put(key: key("a", tag), value: [1]), .put(key: key("b", tag), value: [2])))
                #expect(try storage.head().get(key("a", tag)) == [1])
                try storage.apply(WriteBatch(.put(key: key("a", tag), value: [3, 3]), .delete(key: key("b", tag))))
                #expect(try storage.head().get(key("a", tag)) == [3, 3])
                #expect(try storage.head().get(key("b", tag)) == nil)
                // Views show the last sync.
                #expect(try storage.view().get(key("a", tag)) == nil)
                try storage.sync()
                let view = try storage.view()
                try storage.commit(WriteBatch(.put(key: key("a", tag), value: [4])))
                #expect(try view.get(key("a", tag)) == [3, 3])
            }
        }
    }

    @Test(arguments: Engine.allCases) func `a cleared range leaves nothing in the head but what came with it`(
        _ engine: Engine
    ) throws {
        try engine.withStorage { storage in
            for tag in Self.tags {
                try storage.apply(
                    WriteBatch(
                        .put(key: key("a", tag), value: [1]), .put(key: key("b", tag), value: [1]),
                        .put(key: key("c", tag), value: [1])))
                try storage.apply(
                    WriteBatch(
                        .deleteRange(start: key("a", tag), end: key("c", tag)), .put(key: key("b", tag), value: [2])))
                let head = try storage.head()
                #expect(try head.get(key("a", tag)) == nil)
                #expect(try head.get(key("b", tag)) == [2])
                #expect(try head.get(key("c", tag)) == [1])
            }
            // A range that begins with one kind and ends behind the last.
            try storage.apply(WriteBatch(.deleteRange(start: key("", .sqsQueueState), end: key("", .sqsReceiveAttempt))))
            for tag in Self.tags { #expect(try storage.head().get(key("c", tag)) == nil) }
        }
    }

    @Test(arguments: Engine.allCases) func `nothing is left of a store that was emptied`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            for tag in Self.tags { try storage.apply(WriteBatch(.put(key: key("a", tag), value: [1]))) }
            try storage.removeAll()
            for tag in Self.tags { #expect(try storage.head().get(key("a", tag)) == nil) }
            try storage.sync()
            for tag in Self.tags { #expect(try storage.head().get(key("a", tag)) == nil) }
        }
    }

    @Test(arguments: Engine.allCases) func `far more than is kept is found all the same`(_ engine: Engine) throws {
        try engine.withStorage { storage in
            let value = [UInt8](repeating: 7, count: 1_000)
            var names: [String] = []
            for number in 0..<1_500 { names.append("group \(number)") }
            for name in names { try storage.apply(WriteBatch(.put(key: key(name, .sqsGroup), value: value))) }
            let head = try storage.head()
            for name in names { #expect(try head.get(key(name, .sqsGroup)) == value) }
        }
    }
}
