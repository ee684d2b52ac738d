import ApusBase
import Testing

@Suite struct RecordTests {
    @Test func `values read back in the order they were written`() throws {
        var writer = RecordWriter()
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
        var reader = RecordReader(writer.bytes)
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
}
