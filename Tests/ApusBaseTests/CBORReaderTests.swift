import ApusBase
import Testing

/// Reading CBOR. Examples are those of RFC 8949, appendix A, and of its sections on well-formedness (appendix F).
@Suite struct CBORReaderTests {
    private func bytes(_ hex: String) -> [UInt8] { Hex.decode(hex.filter { $0 != " " }) ?? [] }

    private func reason<Value>(
        _ hex: String, _ read: (inout CBORReader) throws(CBORError) -> Value
    ) -> CBORError.Reason? {
        var reader = CBORReader(self.bytes(hex))
        do throws(CBORError) {
            _ = try read(&reader)
            try reader.finish()
            return nil
        } catch {
            return error.reason
        }
    }

    private func skip(_ hex: String) -> CBORError.Reason? {
        self.reason(hex) { (reader) throws(CBORError) in try reader.skipValue() }
    }

    @Test(arguments: [
        ("00", 0), ("17", 23), ("1818", 24), ("1903e8", 1000), ("1a000f4240", 1_000_000),
        ("1b000000e8d4a51000", 1_000_000_000_000),
        ("20", -1), ("3863", -100), ("3903e7", -1000), ("1b7fffffffffffffff", Int64.max),
        ("3b7fffffffffffffff", Int64.min),
        ("1b0000000000000001", 1),
    ])
    func `integers are read`(hex: String, value: Int64) throws {
        var reader = CBORReader(self.bytes(hex))
        #expect(try reader.readInt64() == value)
        try reader.finish()
    }

    @Test(arguments: [
        ("f90000", 0.0), ("f93c00", 1.0), ("f93e00", 1.5), ("f97bff", 65504.0), ("f90001", 5.960464477539063e-8),
        ("f90400", 0.00006103515625), ("f9c400", -4.0), ("fa47c35000", 100000.0),
        ("fa7f7fffff", 3.4028234663852886e+38),
        ("fb3ff199999999999a", 1.1), ("fbc010666666666666", -4.1), ("fb7e37e43c8800759c", 1.0e+300),
        ("f97c00", Double.infinity), ("f9fc00", -Double.infinity), ("fa7f800000", Double.infinity), ("00", 0.0),
        ("20", -1.0),
    ])
    func `floats of every width are read, and integers as floats`(hex: String, value: Double) throws {
        var reader = CBORReader(self.bytes(hex))
        #expect(try reader.readDouble() == value)
        try reader.finish()
    }

    @Test(arguments: ["f97e00", "f97c01", "fa7fc00000", "fb7ff8000000000000"])
    func `what is not a number is read`(hex: String) throws {
        var reader = CBORReader(self.bytes(hex))
        #expect(try reader.readDouble().isNaN)
    }

    @Test func `texts and byte strings are read, in pieces or whole`() throws {
        var reader = CBORReader(self.bytes("62c3bc"))
        #expect(try reader.readString() == "ü")
        reader = CBORReader(self.bytes("7f657374726561646d696e67ff"))
        #expect(try reader.readString() == "streaming")
        reader = CBORReader(self.bytes("4401020304"))
        #expect(try reader.readBytes() == [1, 2, 3, 4])
        reader = CBORReader(self.bytes("5f42010243030405ff"))
        #expect(try reader.readBytes() == [1, 2, 3, 4, 5])
    }

    @Test(arguments: ["a26161016162820203", "bf61610161629f0203ffff", "bf6161016162820203ff", "a2616101616 29f0203ff"])
    func `maps and arrays are read, with length or without`(hex: String) throws {
        var reader = CBORReader(self.bytes(hex))
        try reader.beginMap()
        #expect(try reader.nextKey() == "a")
        #expect(try reader.readInt64() == 1)
        #expect(try reader.nextMember(of: ["x", "b"]) == 1)
        try reader.beginArray()
        #expect(try reader.nextElement())
        #expect(try reader.readInt64() == 2)
        #expect(try reader.nextElement())
        #expect(try reader.readInt64() == 3)
        #expect(try !reader.nextElement())
        #expect(try reader.nextKey() == nil)
        try reader.finish()
    }

    @Test func `a point in time is tag 1 and a number`() throws {
        var reader = CBORReader(self.bytes("c11a514b67b0"))
        #expect(try reader.readTimestamp() == Timestamp(seconds: 1_363_896_240))
        reader = CBORReader(self.bytes("c1fb41d452d9ec200000"))
        #expect(try reader.readTimestamp() == Timestamp(milliseconds: 1_363_896_240_500))
        reader = CBORReader(self.bytes("c120"))
        #expect(try reader.readTimestamp() == Timestamp(seconds: -1))
        for hex in ["1a514b67b0", "c06161", "c16161", "c1c100", "c1f6", "c1f97c00", "c1f97e00"] {
            #expect(self.reason(hex) { (reader) throws(CBORError) in try reader.readTimestamp() } != nil, "\(hex)")
        }
    }

    @Test func `other tags are passed over`() throws {
        var reader = CBORReader(self.bytes("d9d9f7d818c24101"))
        #expect(try reader.readBytes() == [1])
        try reader.finish()
    }

    @Test func `undefined is null, and other simple values are neither`() throws {
        for hex in ["f6", "f7"] {
            var reader = CBORReader(self.bytes(hex))
            #expect(try reader.skipNull())
            try reader.finish()
        }
        var reader = CBORReader(self.bytes("f0"))
        #expect(try reader.peek() == .simple)
        #expect(self.skip("f0") == nil && self.skip("f8ff") == nil)
    }

    @Test func `what is of another kind is refused and stays`() throws {
        var reader = CBORReader(self.bytes("f5"))
        #expect(throws: CBORError(offset: 0, reason: .wrongKind(expected: .integer, found: .bool))) {
            try reader.readInt64()
        }
        #expect(try reader.readBool())
        #expect(
            self.reason("1bffffffffffffffff") { (reader) throws(CBORError) in try reader.readInt64() }
                == .numberOutOfRange)
        #expect(
            self.reason("3bffffffffffffffff") { (reader) throws(CBORError) in try reader.readInt64() }
                == .numberOutOfRange)
    }

    /// RFC 8949, appendix F: "Examples of CBOR Data Items That Are Not Well-Formed", of each kind some.
    @Test(arguments: [
        "", "18", "19", "1a", "1b", "1901", "1a0102", "1b01020304050607", "38", "58", "78", "98", "9a01ff00", "b8",
        "d8", "f8",
        "f900", "fa0000", "fb000000", "41", "61", "5affffffff00", "5bffffffffffffffff010203", "7affffffff00",
        "7b7fffffffffffffff010203", "81", "818181818181818181", "8200", "a1", "a20102", "a100", "a2000000", "c0",
        "5f4100", "7f6100",
        "9f", "9f0102", "bf", "bf01020102", "819f", "9f8000", "9f9f9f9f9fffffffff", "9f819f819f9fffffff", "1c", "1d",
        "1e", "3c",
        "5c", "7c", "9c", "bc", "dc", "fc", "fd", "fe", "f800", "f801", "f818", "f81f", "5f00ff", "5f21ff", "5f6100ff",
        "5f80ff",
        "5fa0ff", "5fc000ff", "5fe0ff", "7f4100ff", "5f5f4100ffff", "7f7f6100ffff", "ff", "81ff", "8200ff", "a1ff",
        "a1ff00",
        "a100ff", "a20000ff", "9f81ff", "9f829f819f9fffffffff", "bf00ff", "bf000000ff", "1f", "3f", "df",
    ])
    func `what is not well-formed is refused`(hex: String) {
        #expect(self.skip(hex) != nil)
    }

    @Test func `text must be UTF-8, each piece of it by itself, and so must names`() {
        #expect(self.skip("62c328") == .invalidUTF8)
        #expect(self.skip("7f61c361bcff") == .invalidUTF8)
        #expect(self.skip("a161ff00") == .invalidUTF8)
        #expect(self.skip("a10000") == .wrongKind(expected: .text, found: .integer))
    }

    @Test func `depth is bounded, and a false length costs nothing`() {
        let deepest = String(repeating: "81", count: CBORReader.maximumDepth - 1) + "80"
        #expect(self.skip(deepest) == nil)
        #expect(self.skip("81" + deepest) == .tooDeep)
        #expect(self.skip(String(repeating: "9f", count: 100_000)) == .tooDeep)
        #expect(self.skip(String(repeating: "c6", count: 100_000) + "00") == nil)
        #expect(self.skip("9bffffffffffffffff00") == .unexpectedEnd)
        #expect(self.skip("bbffffffffffffffff") == .unexpectedEnd)
    }
}
