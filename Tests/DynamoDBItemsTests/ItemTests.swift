import ApusBase
import Testing

@testable import DynamoDBItems

@Suite struct ItemTests {
    private func value(_ json: String) throws -> ItemValue {
        let item = try ItemInput(json: "{\"a\":\(json)}").checked()
        return try #require(item["a"])
    }

    // MARK: Size

    /// Source: CapacityUnitCalculations in AWS's developer guide.
    @Test(arguments: [
        ("{\"S\":\"abc\"}", 3), ("{\"S\":\"äö\"}", 4), ("{\"S\":\"\"}", 0), ("{\"B\":\"AAEC\"}", 3),
        ("{\"NULL\":true}", 1),
        ("{\"BOOL\":false}", 1), ("{\"L\":[]}", 3), ("{\"M\":{}}", 3), ("{\"L\":[{\"S\":\"ab\"},{\"NULL\":true}]}", 8),
        ("{\"M\":{\"key\":{\"S\":\"ab\"}}}", 9), ("{\"SS\":[\"a\",\"bc\"]}", 3), ("{\"BS\":[\"AA==\"]}", 1),
    ])
    func `the size of a value is what AWS documents`(json: String, size: Int) throws {
        #expect(try self.value(json).size == size)
    }

    /// The bytes that numbers take at the limit of an item, as dynalite's authors measured them.
    @Test(arguments: [
        ("0", 1), ("1", 2), ("12", 2), ("123", 3), ("1234", 3), ("-1", 3), ("100", 2), ("1.5", 3), ("15", 2),
        ("0.15", 2),
    ])
    func `the size of a number is its pairs of digits and its exponent`(number: String, size: Int) throws {
        #expect(try self.value("{\"N\":\"\(number)\"}").size == size)
    }

    @Test func `an item's size has its names and values`() throws {
        let item = try ItemInput(json: "{\"id\":{\"S\":\"abc\"},\"naïve\":{\"L\":[{\"S\":\"x\"}]}}").checked()
        #expect(item.size == 2 + 3 + 6 + 3 + 1 + 1)
        #expect(Item.empty.size == 0)
    }

    // MARK: Comparison

    @Test(arguments: [
        ("{\"N\":\"1.0\"}", "{\"N\":\"1\"}", true), ("{\"N\":\"1\"}", "{\"S\":\"1\"}", false),
        ("{\"SS\":[\"a\",\"b\"]}", "{\"SS\":[\"b\",\"a\"]}", true),
        ("{\"NS\":[\"1\",\"2\"]}", "{\"NS\":[\"2.0\",\"1\"]}", true),
        ("{\"SS\":[\"a\"]}", "{\"L\":[{\"S\":\"a\"}]}", false), ("{\"BOOL\":true}", "{\"BOOL\":false}", false),
        ("{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}", "{\"L\":[{\"N\":\"2\"},{\"N\":\"1\"}]}", false),
        (
            "{\"M\":{\"a\":{\"N\":\"1\"},\"b\":{\"N\":\"2\"}}}", "{\"M\":{\"b\":{\"N\":\"2e0\"},\"a\":{\"N\":\"1\"}}}",
            true
        ),
    ])
    func `values are equal by what they mean`(left: String, right: String, isEqual: Bool) throws {
        #expect(try (self.value(left) == self.value(right)) == isEqual)
    }

    @Test func `strings and binaries are ordered by their bytes and numbers by value`() throws {
        func order(_ left: String, _ right: String) throws -> Int? { try self.value(left).order(to: self.value(right)) }
        #expect(try order("{\"S\":\"B\"}", "{\"S\":\"a\"}").map { $0 < 0 } == true)
        #expect(try order("{\"S\":\"a\"}", "{\"S\":\"aa\"}").map { $0 < 0 } == true)
        #expect(try order("{\"N\":\"9\"}", "{\"N\":\"10\"}").map { $0 < 0 } == true)
        #expect(try order("{\"B\":\"/w==\"}", "{\"B\":\"AA==\"}").map { $0 > 0 } == true)
        #expect(try order("{\"N\":\"1\"}", "{\"S\":\"1\"}") == nil)
        #expect(try order("{\"BOOL\":true}", "{\"BOOL\":true}") == nil)
    }

    @Test func `contains looks into strings, binaries, sets and lists`() throws {
        func contains(_ left: String, _ right: String) throws -> Bool {
            try self.value(left).contains(self.value(right))
        }
        #expect(try contains("{\"S\":\"abcd\"}", "{\"S\":\"bc\"}"))
        #expect(try !contains("{\"S\":\"abcd\"}", "{\"S\":\"cb\"}"))
        #expect(try contains("{\"S\":\"abcd\"}", "{\"S\":\"\"}"))
        #expect(try contains("{\"B\":\"AAEC\"}", "{\"B\":\"AQI=\"}"))
        #expect(try contains("{\"NS\":[\"1\",\"2\"]}", "{\"N\":\"2.0\"}"))
        #expect(try !contains("{\"NS\":[\"1\",\"2\"]}", "{\"S\":\"2\"}"))
        #expect(try contains("{\"L\":[{\"NS\":[\"2\",\"1\"]}]}", "{\"NS\":[\"1\",\"2\"]}"))
        #expect(try !contains("{\"M\":{\"a\":{\"S\":\"a\"}}}", "{\"S\":\"a\"}"))
    }

    @Test func `sets are joined and taken from each other`() throws {
        let left = try self.value("{\"NS\":[\"1\",\"3\",\"5\"]}")
        let right = try self.value("{\"NS\":[\"3\",\"4\"]}")
        #expect(left.union(right).json == "{\"NS\":[\"1\",\"3\",\"4\",\"5\"]}")
        #expect(left.subtracting(right)?.json == "{\"NS\":[\"1\",\"5\"]}")
        #expect(left.subtracting(left) == nil)
    }

    @Test(arguments: [
        ("{\"S\":\"a\u{1F600}ä\"}", 4), ("{\"B\":\"AAEC\"}", 3), ("{\"L\":[{\"S\":\"\"}]}", 1), ("{\"M\":{}}", 0),
    ])
    func `the function size counts characters, bytes or elements`(json: String, size: Int) throws {
        #expect(try self.value(json).measure == size)
    }

    @Test func `numbers, booleans and null have no measure`() throws {
        for json in ["{\"N\":\"1\"}", "{\"BOOL\":true}", "{\"NULL\":true}"] {
            #expect(try self.value(json).measure == nil)
        }
    }

    // MARK: Keys

    @Test func `equal keys have equal hashes and others do not`() throws {
        let one = try self.value("{\"N\":\"1\"}")
        #expect(KeyCode.hash(one)?.count == KeyCode.hashBytes)
        #expect(KeyCode.hash(one) == KeyCode.hash(try self.value("{\"N\":\"1.00\"}")))
        #expect(KeyCode.hash(one) != KeyCode.hash(try self.value("{\"S\":\"1\"}")))
        #expect(KeyCode.hash(try self.value("{\"L\":[]}")) == nil)
    }

    @Test func `the successor of a prefix is above all that begin with it`() {
        #expect(KeyCode.successor(ofPrefix: [1, 2]) == [1, 3])
        #expect(KeyCode.successor(ofPrefix: [1, 0xff]) == [2])
        #expect(KeyCode.successor(ofPrefix: [0xff, 0xff]) == nil)
    }

    // MARK: Damage

    @Test func `no damage of stored bytes traps`() throws {
        let item = try ItemInput(
            json:
                "{\"a\":{\"L\":[{\"S\":\"x\"},{\"NS\":[\"1\",\"-2.5\"]}]},\"b\":{\"M\":{\"k\":{\"B\":\"AAEC\"}}},\"c\":{\"BOOL\":true}}"
        ).checked()
        for index in item.bytes.indices {
            for byte in [0, 1, 7, 11, 0x7f, 0x80, 0xff] as [UInt8] {
                var damaged = item.bytes
                damaged[index] = byte
                if let read = try? Item(stored: damaged) { _ = (read.json, read.size, read.root.depth) }
            }
            #expect(throws: ItemDamage.self) { try Item(stored: Array(item.bytes[..<index])) }
        }
    }
}
