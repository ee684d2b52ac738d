import ApusBase
import Testing

@Suite struct JSONReaderTests {
    @Test func `members are told apart by a table of names`() throws {
        let names: JSONNames = ["QueueUrl", "MessageBody", "DelaySeconds"]
        let text = #" {"DelaySeconds": 5, "x":[1,{}], "Message\u0042ody":"a\nb" , "QueueUrl":""} "#
        var reader = JSONReader(Array(text.utf8))
        var seen: [Int] = []
        var body = ""
        try reader.beginObject()
        while let member = try reader.nextMember(of: names) {
            seen.append(member)
            if member == 1 { body = try reader.readString() } else { try reader.skipValue() }
        }
        try reader.finish()
        #expect(seen == [2, JSONNames.unknown, 1, 0])
        #expect(body == "a\nb")
    }

    @Test func `each kind is read as what it is`() throws {
        let text = #"[true, false, null, "s", -12, 2.5, 1e2, {"k": []}, null, 1]"#
        var reader = JSONReader(Array(text.utf8))
        var kinds: [JSONKind] = []
        try reader.beginArray()
        func next() throws(JSONError) {
            _ = try reader.nextElement()
            kinds.append(try reader.peek())
        }
        try next()
        #expect(try reader.readBool())
        try next()
        #expect(try !reader.readBool())
        try next()
        try reader.readNull()
        try next()
        #expect(try reader.readString() == "s")
        try next()
        #expect(try reader.readInt64() == -12)
        try next()
        #expect(try reader.readDouble() == 2.5)
        try next()
        #expect(try reader.readNumberText() == "1e2")
        try next()
        try reader.beginObject()
        #expect(try reader.nextKey() == "k")
        try reader.beginArray()
        #expect(try !reader.nextElement())
        #expect(try reader.nextKey() == nil)
        try next()
        #expect(try reader.skipNull())
        try next()
        #expect(try !reader.skipNull())
        #expect(try reader.readInt64() == 1)
        #expect(try !reader.nextElement())
        try reader.finish()
        #expect(
            kinds == [.bool, .bool, .null, .string, .number, .number, .number, .object, .null, .number])
    }

    @Test func `a value of another kind is an error that names both kinds`() {
        let cases: [(String, JSONKind, JSONKind, (inout JSONReader) throws(JSONError) -> Void)] = [
            ("1", .object, .number, { (reader) throws(JSONError) in try reader.beginObject() }),
            ("{}", .array, .object, { (reader) throws(JSONError) in try reader.beginArray() }),
            ("null", .string, .null, { (reader) throws(JSONError) in _ = try reader.readString() }),
            ("[]", .bool, .array, { (reader) throws(JSONError) in _ = try reader.readBool() }),
            ("true", .number, .bool, { (reader) throws(JSONError) in _ = try reader.readInt64() }),
            (#""1""#, .number, .string, { (reader) throws(JSONError) in _ = try reader.readDouble() }),
            (#""1""#, .number, .string, { (reader) throws(JSONError) in _ = try reader.readNumberText() }),
            ("false", .null, .bool, { (reader) throws(JSONError) in try reader.readNull() }),
        ]
        for (text, expected, found, read) in cases {
            var reader = JSONReader(Array(text.utf8))
            do throws(JSONError) {
                try read(&reader)
                Issue.record("\(text) was read")
            } catch {
                #expect(error == JSONError(offset: 0, reason: .wrongKind(expected: expected, found: found)))
            }
        }
    }

    /// RFC 8259 §2 and §6: what each of these breaks is plain; the offset is where it shows.
    @Test(arguments: [
        ("", 0, JSONError.Reason.unexpectedEnd), (" ", 1, .unexpectedEnd), ("{", 1, .unexpectedEnd),
        ("[1,", 3, .unexpectedEnd), (#"{"a""#, 4, .unexpectedEnd), (#""abc"#, 4, .unexpectedEnd),
        ("tru", 3, .unexpectedEnd),
        ("-", 1, .unexpectedEnd), ("1.", 2, .unexpectedEnd), ("1e", 2, .unexpectedEnd), (#""\"#, 2, .unexpectedEnd),
        (#""\u12"#, 5, .unexpectedEnd), ("[1,]", 3, .unexpectedByte(0x5d)), ("[,1]", 1, .unexpectedByte(0x2c)),
        (#"{"a":1,}"#, 7, .unexpectedByte(0x7d)), (#"{"a" 1}"#, 5, .unexpectedByte(0x31)),
        ("{a:1}", 1, .unexpectedByte(0x61)),
        ("[1 2]", 3, .unexpectedByte(0x32)), ("[1}", 2, .unexpectedByte(0x7d)), (#"{"a":1]"#, 6, .unexpectedByte(0x5d)),
        ("trux", 3, .unexpectedByte(0x78)), ("+1", 0, .unexpectedByte(0x2b)), ("NaN", 0, .unexpectedByte(0x4e)),
        ("nan", 1, .unexpectedByte(0x61)), (".5", 0, .unexpectedByte(0x2e)), ("'a'", 0, .unexpectedByte(0x27)),
        ("01", 0, .invalidNumber), ("-01", 1, .invalidNumber), ("1.x", 2, .invalidNumber), ("1.e3", 2, .invalidNumber),
        ("1e+", 3, .unexpectedEnd), ("1ex", 2, .invalidNumber), ("-x", 1, .invalidNumber), ("- 1", 1, .invalidNumber),
        ("1 1", 2, .trailingBytes), ("{}}", 2, .trailingBytes), ("1x", 1, .trailingBytes), ("0x1", 1, .trailingBytes),
        ("\"a\nb\"", 2, .controlCharacter), ("\"\u{0}\"", 1, .controlCharacter),
        ("\"12345678\u{1f}\"", 9, .controlCharacter),
        (#""\x""#, 1, .invalidEscape), (#""\u00g0""#, 5, .invalidEscape), (#""\U0041""#, 1, .invalidEscape),
        (#""\ud800""#, 1, .loneSurrogate), (#""\udc00""#, 1, .loneSurrogate), (#""\ud800\u0041""#, 1, .loneSurrogate),
        (#""\ud800\n""#, 1, .loneSurrogate), (#""\ud800\ud800""#, 1, .loneSurrogate),
        ("\u{feff}1", 0, .unexpectedByte(0xef)),
        ("[1]//", 3, .trailingBytes), ("\u{a0}1", 0, .unexpectedByte(0xc2)), ("\u{0c}1", 0, .unexpectedByte(0x0c)),
    ])
    func `what is no JSON is an error at its place`(text: String, offset: Int, reason: JSONError.Reason) {
        expect(Array(text.utf8), offset, reason)
    }

    /// Unicode 15, table 3-7: well-formed UTF-8.
    @Test(
        arguments: [
            ([0xff], 0), ([0x80], 0), ([0xc3], 0), ([0xc0, 0xaf], 0), ([0xc1, 0xbf], 0), ([0xe0, 0x80, 0xaf], 0),
            ([0xed, 0xa0, 0x80], 0), ([0xf0, 0x80, 0x80, 0xaf], 0), ([0xf4, 0x90, 0x80, 0x80], 0),
            ([0xf5, 0x80, 0x80, 0x80], 0),
            ([0x61, 0xe2, 0x82], 1), ([0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0xfe], 9),
        ] as [([UInt8], Int)])
    func `a string that is not UTF-8 is an error`(bytes: [UInt8], offset: Int) {
        expect([0x22] + bytes + [0x22], offset + 1, .invalidUTF8)
        expect([0x7b, 0x22] + bytes + [0x22, 0x3a, 0x31, 0x7d], offset + 2, .invalidUTF8)
    }

    /// Passing and reading must find the same fault.
    func expect(_ bytes: [UInt8], _ offset: Int, _ reason: JSONError.Reason) {
        #expect(throws: JSONError(offset: offset, reason: reason)) { try JSONValue(parsing: bytes) }
        #expect(throws: JSONError(offset: offset, reason: reason)) {
            var reader = JSONReader(bytes)
            try reader.skipValue()
            try reader.finish()
        }
    }

    @Test func `containers nest to the limit and no deeper`() throws {
        let limit = JSONReader.maximumDepth
        let deepest = [UInt8](repeating: 0x5b, count: limit) + [UInt8](repeating: 0x5d, count: limit)
        #expect(try JSONValue(parsing: deepest).bytes == deepest)
        expect([0x5b] + deepest + [0x5d], limit, .tooDeep)
        expect([UInt8](repeating: 0x5b, count: 1_000_000), limit, .tooDeep)
        let objects = String(repeating: #"{"a":"#, count: limit + 1)
        expect(Array(objects.utf8), limit * 5, .tooDeep)
    }

    @Test func `leaving a container makes room for another`() throws {
        let text = "[" + String(repeating: "[],{},", count: 2000) + "1]"
        #expect(try JSONValue(parsing: text).arrayValue?.count == 4001)
    }

    @Test func `a document that ends inside a container is not finished`() throws {
        var reader = JSONReader(Array("[".utf8))
        try reader.beginArray()
        #expect(throws: JSONError(offset: 1, reason: .unexpectedEnd)) { try reader.finish() }
    }

    @Test func `of members of one name the last one counts`() throws {
        let value = try JSONValue(parsing: #"{"a":1,"b":2,"\u0061":3}"#)
        #expect(value == ["a": 3, "b": 2])
        #expect(value.text == #"{"a":3,"b":2}"#)
    }

    @Test func `a raw value is the text as it stands`() throws {
        var reader = JSONReader(Array(#"{"a": [1.50, "\u0041" ] , "b":2}"#.utf8))
        try reader.beginObject()
        _ = try reader.nextKey()
        #expect(try reader.readRawValue() == Array(#"[1.50, "\u0041" ]"#.utf8))
        #expect(try reader.nextKey() == "b")
    }

    @Test func `an error says where and what without the content`() {
        let error = JSONError(offset: 7, reason: .wrongKind(expected: .string, found: .number))
        #expect(error.description == "expected string, found number at byte 7")
        #expect(JSONError(offset: 0, reason: .unexpectedByte(0x0a)).description == "unexpected byte 0x0a at byte 0")
    }
}
