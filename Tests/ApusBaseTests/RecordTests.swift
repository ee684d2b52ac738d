import ApusBase
import Testing

@Suite struct RecordTests {
    static func sample() -> [UInt8] {
        var writer = RecordWriter()
        writer.byte(7)
        writer.uint(.max)
        writer.int(Int64.min)
        writer.bool(true)
        writer.double(-0.5)
        writer.string("é")
        writer.blob([0, 255])
        writer.optional(nil as String?) { writer, text in writer.string(text) }
        writer.optional("x") { writer, text in writer.string(text) }
        writer.strings(["a", ""])
        writer.stringMap(["b": "2", "a": "1"])
        writer.timestamp(Timestamp(milliseconds: -1))
        return writer.bytes
    }

    static func read(_ bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        #expect(try reader.readByte() == 7)
        #expect(try reader.readUInt() == .max)
        #expect(try reader.readInt() == .min)
        #expect(try reader.readBool())
        #expect(try reader.readDouble() == -0.5)
        #expect(try reader.readString() == "é")
        #expect(try reader.readBlob() == [0, 255])
        #expect(try reader.readOptional { (reader) throws(RecordError) in try reader.readString() } == nil)
        #expect(try reader.readOptional { (reader) throws(RecordError) in try reader.readString() } == "x")
        #expect(try reader.readStrings() == ["a", ""])
        #expect(try reader.readStringMap() == ["a": "1", "b": "2"])
        #expect(try reader.readTimestamp() == Timestamp(milliseconds: -1))
        try reader.finish()
    }

    @Test func `values read back in the order they were written`() throws {
        try Self.read(Self.sample())
    }

    /// What is in data directories: these bytes may never change.
    @Test func `each kind of value has its bytes`() {
        func bytes(_ write: (inout RecordWriter) -> Void) -> String {
            var writer = RecordWriter()
            write(&writer)
            return Hex.encode(writer.bytes)
        }
        #expect(bytes { $0.uint(0) } == "00")
        #expect(bytes { $0.uint(127) } == "7f")
        #expect(bytes { $0.uint(128) } == "8001")
        #expect(bytes { $0.uint(624_485) } == "e58e26")
        #expect(bytes { $0.uint(.max) } == "ffffffffffffffffff01")
        #expect(bytes { $0.int(-1) } == "01")
        #expect(bytes { $0.int(1) } == "02")
        #expect(bytes { $0.int(-64) } == "7f")
        #expect(bytes { $0.int(Int64.min) } == "ffffffffffffffffff01")
        #expect(bytes { $0.bool(true) } == "01")
        #expect(bytes { $0.double(1) } == "000000000000f03f")
        #expect(bytes { $0.string("né") } == "036ec3a9")
        #expect(bytes { $0.blob([]) } == "00")
        #expect(bytes { $0.timestamp(Timestamp(milliseconds: 1)) } == "02")
        #expect(bytes { $0.optional(nil as Int64?) { $0.int($1) } } == "00")
        #expect(bytes { $0.optional(1 as Int64?) { $0.int($1) } } == "0102")
        #expect(bytes { $0.array([1, 2] as [Int64]) { $0.int($1) } } == "020204")
        #expect(
            bytes { $0.stringMap(["b": "", "a": "x", "é": "", "B": ""]) } == "04014200016101780162" + "0002c3a900")
    }

    @Test func `no prefix of a record is a record`() {
        let bytes = Self.sample()
        for count in 0..<bytes.count {
            #expect(throws: RecordError.self) { try Self.scan(Array(bytes[..<count])) }
        }
        #expect(throws: RecordError(offset: bytes.count, reason: .trailingBytes)) { try Self.scan(bytes + [0]) }
    }

    /// Reads the sample's layout whatever the values are.
    static func scan(_ bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        _ = try reader.readByte()
        _ = try reader.readUInt()
        _ = try reader.readInt()
        _ = try reader.readBool()
        _ = try reader.readDouble()
        _ = try reader.readString()
        _ = try reader.readBlob()
        _ = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        _ = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        _ = try reader.readStrings()
        _ = try reader.readStringMap()
        _ = try reader.readTimestamp()
        try reader.finish()
    }

    @Test func `damaged and random records throw or read, they never trap`() {
        let sample = Self.sample()
        for place in sample.indices {
            for byte in 0...255 as ClosedRange<UInt8> {
                var bytes = sample
                bytes[place] = byte
                try? Self.scan(bytes)
            }
        }
        let entropy = SeededEntropy(seed: 9)
        for _ in 0..<5000 { try? Self.scan(entropy.bytes(count: Int(entropy.below(60)))) }
    }

    @Test(arguments: [
        "80", "8000", "ff00", "ffffffffffffffffff02", "ffffffffffffffffff8100", "ffffffffffffffffffffff01",
        "8080808080808080808080",
    ])
    func `an integer too long, or longer than needed, is malformed`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        var reader = RecordReader(bytes)
        let error = #expect(throws: RecordError.self) { try reader.readUInt() }
        #expect(error?.reason == (hex == "80" ? .truncated : .malformedInteger))
    }

    @Test(arguments: ["01", "ffffffffffffffffff01", "ffffffffffffffff7f", "80808080808080808001", "ffffffff0f"])
    func `a length past the end is impossible`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        let error = RecordError(offset: 0, reason: .impossibleLength)
        var reader = RecordReader(bytes)
        #expect(throws: error) { try reader.readString() }
        reader = RecordReader(bytes)
        #expect(throws: error) { try reader.readBlob() }
        reader = RecordReader(bytes)
        #expect(throws: error) { try reader.readStrings() }
        reader = RecordReader(bytes)
        #expect(throws: error) { try reader.readStringMap() }
    }

    @Test func `a value its field does not have is invalid`() {
        var reader = RecordReader([2])
        #expect(throws: RecordError(offset: 1, reason: .invalidValue)) { try reader.readBool() }
        reader = RecordReader([1, 0xff])
        #expect(throws: RecordError(offset: 1, reason: .invalidUTF8)) { try reader.readString() }
    }

    @Test func `what is left can be taken whole`() throws {
        var reader = RecordReader([1, 2, 3])
        _ = try reader.readByte()
        #expect(reader.readRest() == [2, 3])
        #expect(reader.isAtEnd)
        #expect(reader.readRest() == [])
    }

    @Test func `random values read back`() throws {
        let entropy = SeededEntropy(seed: 10)
        for _ in 0..<2000 {
            let unsigned = entropy.nextUInt64() >> entropy.below(64)
            let signed = Int64(bitPattern: entropy.nextUInt64()) >> Int64(entropy.below(64))
            let double = Double(bitPattern: entropy.nextUInt64())
            let blob = entropy.bytes(count: Int(entropy.below(300)))
            var writer = RecordWriter()
            writer.uint(unsigned)
            writer.int(signed)
            writer.double(double)
            writer.blob(blob)
            var reader = RecordReader(writer.bytes)
            #expect(try reader.readUInt() == unsigned)
            #expect(try reader.readInt() == signed)
            #expect(try reader.readDouble().bitPattern == double.bitPattern)
            #expect(try reader.readBlob() == blob)
            try reader.finish()
        }
    }
}
