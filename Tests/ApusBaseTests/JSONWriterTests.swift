import ApusBase
import Testing

@Suite struct JSONWriterTests {
    @Test func `commas come by themselves`() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.int(1)
        writer.key("b")
        writer.beginArray()
        writer.beginArray()
        writer.endArray()
        writer.beginObject()
        writer.endObject()
        writer.null()
        writer.bool(true)
        writer.literal("x")
        writer.base64([0, 1, 2])
        writer.raw(Array("[ ]".utf8))
        writer.endArray()
        writer.key("c")
        writer.string("y")
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":1,"b":[[],{},null,true,"x","AAEC",[ ]],"c":"y"}"#)
    }

    /// RFC 8259 §7: quotation mark, reverse solidus and U+0000 to U+001F must be escaped, nothing else.
    @Test func `only what must be is escaped`() {
        #expect(
            JSONValue.string("\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}é").text
                == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}é\"")
    }

    @Test(
        arguments: [
            (1_767_323_045_678, "1767323045.678"), (1_767_323_045_600, "1767323045.6"),
            (1_767_323_045_000, "1767323045"),
            (1_767_323_045_007, "1767323045.007"), (0, "0"), (-1500, "-1.5"), (-1, "-0.001"),
        ] as [(Int64, String)])
    func `timestamps are seconds with up to three decimals`(milliseconds: Int64, expected: String) {
        var writer = JSONWriter()
        writer.epochSeconds(Timestamp(milliseconds: milliseconds))
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func `integers are written to their ends`() {
        var writer = JSONWriter()
        writer.beginArray()
        for value in [Int64.min, -10, -9, 0, 9, 10, Int64.max] { writer.int(value) }
        writer.endArray()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "[-9223372036854775808,-10,-9,0,9,10,9223372036854775807]")
    }
}
