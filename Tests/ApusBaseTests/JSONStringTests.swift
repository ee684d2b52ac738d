import ApusBase
import Testing

@Suite struct JSONStringTests {
    func read(_ text: String) throws -> String {
        var reader = JSONReader(Array(text.utf8))
        let result = try reader.readString()
        try reader.finish()
        return result
    }

    @Test func `escapes are resolved`() throws {
        #expect(try read(#""\"\\\/\b\f\n\r\t""#) == "\"\\/\u{8}\u{c}\n\r\t")
        #expect(try read(#""\u0000\u0041\u00e9\u20AC\uD83D\uDE00""#) == "\u{0}Aé€😀")
        #expect(try read(#""\uffff\ufffe""#) == "\u{ffff}\u{fffe}")
        #expect(try read(#""\ud83d\ude00é\ud83d\ude00""#) == "😀é😀")
    }

    @Test func `DEL, U+2028 and non-characters stand for themselves`() throws {
        #expect(try read("\"\u{7f}\u{2028}\u{10ffff}\"") == "\u{7f}\u{2028}\u{10ffff}")
    }

    /// The scanner looks at eight bytes at a time: every length and place around its words.
    @Test func `a special character is found at each place of each length`() throws {
        let specials: [(String, String)] = [("\\n", "\n"), ("é", "é"), ("😀", "😀"), ("\u{7f}", "\u{7f}"), ("", "")]
        for length in 0...20 {
            for place in 0...length {
                for (written, meant) in specials {
                    let head = String(repeating: "!", count: place)
                    let tail = String(repeating: "[", count: length - place)
                    #expect(try read("\"\(head)\(written)\(tail)\"") == head + meant + tail)
                }
                let bytes = Array(("\"" + String(repeating: "\u{ff}", count: place) + "\u{1f}\"").utf8)
                #expect(throws: JSONError(offset: 1 + place * 2, reason: .controlCharacter)) {
                    var reader = JSONReader(bytes)
                    _ = try reader.readString()
                }
            }
        }
    }

    @Test func `random strings read back as they were written`() throws {
        let entropy = SeededEntropy(seed: 1)
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<entropy.below(40) {
                let limit: UInt64 = [0x30, 0x80, 0x800, 0x10000, 0x110000][Int(entropy.below(5))]
                text.unicodeScalars.append(Unicode.Scalar(UInt32(entropy.below(limit))) ?? "\\")
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.key(text)
            writer.string(text)
            writer.endObject()
            let value = try JSONValue(parsing: writer.bytes)
            #expect(value[text]?.stringValue?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
        }
    }

    @Test func `long strings of escapes are written whole`() throws {
        for count in [255, 256, 257, 511, 512, 513, 1000] {
            for text in [String(repeating: "\u{1}", count: count), String(repeating: "ab\"", count: count)] {
                #expect(try read(JSONValue.string(text).text) == text)
            }
        }
    }

    @Test func `a string of Base64 is read as bytes`() throws {
        var reader = JSONReader(Array(#"["AAEC","\u0041AEC","","A",1]"#.utf8))
        try reader.beginArray()
        _ = try reader.nextElement()
        #expect(try reader.readBase64() == [0, 1, 2])
        _ = try reader.nextElement()
        #expect(try reader.readBase64() == [0, 1, 2])
        _ = try reader.nextElement()
        #expect(try reader.readBase64() == [])
        _ = try reader.nextElement()
        #expect(throws: JSONError(offset: 23, reason: .invalidFormat)) { try reader.readBase64() }
        _ = try reader.nextElement()
        #expect(throws: JSONError(offset: 27, reason: .wrongKind(expected: .string, found: .number))) {
            try reader.readBase64()
        }
    }
}
