import ApusBase
import Testing

/// Inputs nobody would write: the reader answers or throws, and passing a value agrees with reading it.
@Suite struct JSONFuzzTests {
    static let document = Array(
        #"{"TableName":"t","Item":{"a":{"S":"é\n\ud83d\ude00"},"n":{"N":"-1.5e3"}},"x":[1,2.5,true,null,{}],"y":"long enough text"}"#
            .utf8)

    /// Whether the bytes are accepted, by both ways.
    func check(_ bytes: [UInt8]) -> Bool {
        let read = Result { try JSONValue(parsing: bytes) }
        let skipped = Result {
            var reader = JSONReader(bytes)
            try reader.skipValue()
            try reader.finish()
        }
        switch (read, skipped) {
        case (.success(let value), .success):
            #expect((try? JSONValue(parsing: value.bytes)) == value)
            return true
        case (.failure(let left), .failure(let right)):
            #expect(left as? JSONError == right as? JSONError)
            return false
        default:
            Issue.record("reading and passing disagree on \(bytes)")
            return false
        }
    }

    @Test func `no prefix of a document is a document`() {
        #expect(check(Self.document))
        for count in 0..<Self.document.count { #expect(!check(Array(Self.document[..<count]))) }
    }

    @Test func `documents with bytes changed, added and removed are read or refused`() {
        let entropy = SeededEntropy(seed: 3)
        for place in Self.document.indices {
            for byte in [
                0, 0x1f, 0x20, 0x22, 0x2c, 0x2d, 0x30, 0x3a, 0x5b, 0x5c, 0x5d, 0x75, 0x7b, 0x7d, 0x80, 0xc3, 0xff,
            ] as [UInt8] {
                var changed = Self.document
                changed[place] = byte
                _ = check(changed)
                changed = Self.document
                changed.insert(byte, at: place)
                _ = check(changed)
            }
            var shorter = Self.document
            shorter.removeSubrange(place..<min(place + 1 + Int(entropy.below(4)), shorter.count))
            _ = check(shorter)
        }
    }

    @Test func `random texts of JSON's characters are read or refused`() {
        let entropy = SeededEntropy(seed: 4)
        var accepted = 0
        for _ in 0..<20_000 {
            let alphabet = "{}[]:,\"\\ 01-+.eEtrufalsn\u{1}d8c\n"
            if check(Array(entropy.identifier(alphabet: alphabet, count: Int(entropy.below(12))).utf8)) {
                accepted += 1
            }
        }
        #expect(accepted > 100)
    }

    @Test func `random bytes in a string are read or refused as the standard library does`() {
        let entropy = SeededEntropy(seed: 5)
        for _ in 0..<20_000 {
            let bytes = entropy.bytes(count: Int(entropy.below(10))).map {
                $0 < 0x20 || $0 == 0x22 || $0 == 0x5c ? $0 | 0x60 : $0
            }
            let expected = String(validating: bytes, as: UTF8.self)
            #expect((try? JSONValue(parsing: [0x22] + bytes + [0x22]))?.stringValue == expected)
        }
    }

    /// A caller's mistake (asking in another order than the document's) must end in an error, not in a trap.
    @Test func `calls in any order on any input do not trap`() {
        let entropy = SeededEntropy(seed: 6)
        let names: JSONNames = ["a", "Item"]
        for _ in 0..<5000 {
            let start = Int(entropy.below(UInt64(Self.document.count)))
            var reader = JSONReader(Array(Self.document[start...]))
            for _ in 0..<20 { step(&reader, entropy.below(14), names) }
            #expect(reader.offset <= Self.document.count - start)
        }
    }

    func step(_ reader: inout JSONReader, _ call: UInt64, _ names: JSONNames) {
        do {
            switch call {
            case 0: try reader.beginObject()
            case 1: try reader.beginArray()
            case 2: _ = try reader.nextKey()
            case 3: _ = try reader.nextMember(of: names)
            case 4: _ = try reader.nextElement()
            case 5: _ = try reader.readString()
            case 6: _ = try reader.readInt64()
            case 7: _ = try reader.readDouble()
            case 8: _ = try reader.readBool()
            case 9: try reader.skipValue()
            case 10: _ = try reader.readValue()
            case 11: _ = try reader.readRawValue()
            case 12: _ = try reader.readBase64()
            default: try reader.finish()
            }
        } catch {}
    }
}
