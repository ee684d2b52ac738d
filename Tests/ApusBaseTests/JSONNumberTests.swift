import ApusBase
import Testing

@Suite struct JSONNumberTests {
    func read<Value>(_ text: String, _ body: (inout JSONReader) throws(JSONError) -> Value) throws -> Value {
        var reader = JSONReader(Array(text.utf8))
        let value = try body(&reader)
        try reader.finish()
        return value
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("1.0", 1),
            ("1e3", 1000), ("1E+2", 100), ("100e-2", 1), ("-2.50e1", -25),
        ] as [(String, Int64)])
    func `integers are read in each of their forms`(text: String, expected: Int64) throws {
        #expect(try read(text) { (reader) throws(JSONError) in try reader.readInt64() } == expected)
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "1.5", "1e-1", "1e19", "1e999", "99999999999999999999999",
    ])
    func `what is no 64-bit integer is out of range`(text: String) {
        #expect(throws: JSONError(offset: 0, reason: .numberOutOfRange)) {
            try read(text) { (reader) throws(JSONError) in try reader.readInt64() }
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("0.1", 0.1), ("-2.5e-3", -0.0025), ("1e308", 1e308),
            ("5e-324", .leastNonzeroMagnitude), ("1e-999", 0),
            ("123456789012345678901234567890", 123456789012345678901234567890.0),
            ("2.2250738585072014e-308", 2.2250738585072014e-308),
            (#""Infinity""#, .infinity), (#""-Infinity""#, -.infinity),
        ] as [(String, Double)])
    func `doubles are read to the nearest`(text: String, expected: Double) throws {
        #expect(try read(text) { (reader) throws(JSONError) in try reader.readDouble() } == expected)
    }

    @Test func `minus zero and NaN keep what they are`() throws {
        #expect(try read("-0") { (reader) throws(JSONError) in try reader.readDouble() }.sign == .minus)
        #expect(try read(#""NaN""#) { (reader) throws(JSONError) in try reader.readDouble() }.isNaN)
    }

    @Test(arguments: ["1e999", "-1e400"])
    func `a number past a double's range is out of range`(text: String) {
        #expect(throws: JSONError(offset: 0, reason: .numberOutOfRange)) {
            try read(text) { (reader) throws(JSONError) in try reader.readDouble() }
        }
    }

    @Test func `a number's text is kept`() throws {
        let text = "[1.10,1e999,-0,123456789012345678901234567890]"
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test func `seconds since 1970 are read to the millisecond`() throws {
        for (text, expected) in [
            ("1767323045.678", 1_767_323_045_678), ("0", 0), ("-1.5", -1500), ("1.7673230456780E9", 1_767_323_045_678),
        ] {
            let time = try read(text) { (reader) throws(JSONError) in try reader.readEpochSeconds() }
            #expect(time == Timestamp(milliseconds: Int64(expected)))
        }
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1"), (-1, "-1"), (0.1, "0.1"), (100, "100"), (1e15, "1000000000000000"),
            (1e17, "100000000000000000"),
            (-0.0, "-0.0"), (1.5e300, "1.5e+300"), (.leastNonzeroMagnitude, "5e-324"), (.nan, #""NaN""#),
            (.infinity, #""Infinity""#),
            (-.infinity, #""-Infinity""#), (123456.789, "123456.789"),
        ] as [(Double, String)])
    func `doubles are written the shortest way, integers without exponent`(value: Double, expected: String) {
        var writer = JSONWriter()
        writer.double(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func `random doubles and integers read back as they were written`() throws {
        let entropy = SeededEntropy(seed: 2)
        for _ in 0..<5000 {
            let bits = entropy.nextUInt64()
            let integer = Int64(bitPattern: bits) >> Int64(entropy.below(64))
            let double = Double(bitPattern: bits)
            var writer = JSONWriter()
            writer.int(integer)
            #expect(
                try read(String(decoding: writer.bytes, as: UTF8.self)) { (reader) throws(JSONError) in
                    try reader.readInt64()
                } == integer)
            guard double.isFinite else { continue }
            let text = JSONNumber(double).text
            #expect(try read(text) { (reader) throws(JSONError) in try reader.readDouble() } == double)
        }
    }

    @Test func `a number made of text must be one`() {
        #expect(JSONNumber(text: "-1.5e3")?.doubleValue == -1500)
        for text in ["", "1 ", " 1", "01", "NaN", "1,", "\"1\""] { #expect(JSONNumber(text: text) == nil) }
        #expect(JSONNumber(text: "1e2")?.int64Value == 100)
        #expect(JSONNumber(text: "1e999")?.doubleValue == .infinity)
        #expect(JSONNumber(text: "1e999")?.int64Value == nil)
    }
}
