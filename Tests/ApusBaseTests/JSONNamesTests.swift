import ApusBase
import Testing

@Suite struct JSONNamesTests {
    func indices(_ names: JSONNames, _ keys: [String]) throws -> [Int] {
        var writer = JSONWriter()
        writer.beginObject()
        for key in keys {
            writer.key(key)
            writer.null()
        }
        writer.endObject()
        var reader = JSONReader(writer.bytes)
        var indices: [Int] = []
        try reader.beginObject()
        while let index = try reader.nextMember(of: names) {
            indices.append(index)
            try reader.readNull()
        }
        try reader.finish()
        return indices
    }

    /// Lengths around the eight bytes that the table hashes and compares at a time; names that differ in one byte only.
    @Test func `names that resemble each other are told apart`() throws {
        let names: JSONNames = [
            "", "a", "b", "ab", "ba", "abcdefg", "abcdefgh", "abcdefghi", "abcdefgX", "abcdefghXabcdefgh",
            "abcdefghYabcdefgh", "abcdefghabcdefgh", "abcdefgh12345678abcdefgh", "abcdefgh12345679abcdefgh",
        ]
        let known = [
            "", "a", "b", "ab", "ba", "abcdefg", "abcdefgh", "abcdefghi", "abcdefgX", "abcdefghXabcdefgh",
            "abcdefghYabcdefgh", "abcdefghabcdefgh", "abcdefgh12345678abcdefgh", "abcdefgh12345679abcdefgh",
        ]
        let unknown = [
            "c", "A", "aa", "abcdef", "abcdefgY", "abcdefghZabcdefgh", "abcdefgh1234567Xabcdefgh", "abcdefgh\u{0}",
            "\u{0}",
        ]
        #expect(try indices(names, known) == Array(0..<known.count))
        #expect(try indices(names, unknown).allSatisfy { $0 == JSONNames.unknown })
    }

    @Test func `a shape without members knows no name`() throws {
        #expect(try indices([], ["a", ""]) == [JSONNames.unknown, JSONNames.unknown])
    }
}
