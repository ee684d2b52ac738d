import ApusBase
import ApusSQS
import ApusStore
import Testing

@testable import ApusServer

/// Expected values come from the byte pictures in the keyspaces and in KeyEncoder.
@Suite struct KeyExplanationTests {
    private func explain(_ hex: String) throws -> KeyExplanation { try KeyExplanation(#require(Hex.decode(hex))) }

    private func problem(_ hex: String) -> String {
        let problem = #expect(throws: KeyProblem.self) { try self.explain(hex) }
        return problem?.description ?? ""
    }

    @Test func `a message's key has its queue and its sequence`() throws {
        let explanation = try self.explain("2010" + "0000000000000011" + "000000000000002a")
        #expect(explanation.tag == .sqsMessage)
        #expect(explanation.fields.map(\.name) == ["queue", "sequence"])
        #expect(explanation.fields.map(\.value) == ["17", "42"])
        #expect(explanation.missing == [] && explanation.trailing == [])
        #expect(explanation.text.hasPrefix("2010  sqsMessage, column family flow\n  queue     17  [8-byte number]\n"))
    }

    @Test func `texts end with a zero byte, and 1 1 in them is a zero`() throws {
        // "0", "eu", "a\0b"
        let explanation = try self.explain("2001" + "3000" + "657500" + "6101016200")
        #expect(explanation.fields.map(\.name) == ["account", "region", "name"])
        #expect(explanation.fields.map(\.value) == [#""0""#, #""eu""#, #""a\u{0}b""#])
        #expect(explanation.fields.map(\.count) == [2, 3, 5])
    }

    @Test func `times are dates`() throws {
        // 2026-01-01T00:00:00Z is 1767225600000 ms; the sign bit is turned.
        let explanation = try self.explain("2012" + "0000000000000001" + "8000019b76daa800" + "0000000000000002")
        #expect(explanation.fields[1].name == "visible")
        #expect(explanation.fields[1].value.hasPrefix("2026-01-01T00:00:00"))
    }

    @Test func `a blob's key has its name, an IAM name its kind`() throws {
        let blob = try self.explain("0022" + String(repeating: "ab", count: 16))
        #expect(blob.fields.map(\.value) == [String(repeating: "ab", count: 16)])
        let name = try self.explain("100a" + "3100" + "02" + "726f6c6500")
        #expect(name.fields.map(\.value) == [#""1""#, "role (2)", #""role""#])
    }

    @Test func `the beginning of a key is explained as far as it goes`() throws {
        let explanation = try self.explain("2010" + "0000000000000011" + "0000")
        #expect(explanation.fields.map(\.value) == ["17"])
        #expect(explanation.missing == ["sequence"])
        #expect(try self.explain("100a" + "3100").missing == ["kind", "name"])
        #expect(try self.explain("2001").missing == ["account", "region", "name"])
        #expect(try self.explain("2001" + "3000" + "6575").missing == ["region", "name"])
    }

    @Test func `what follows the last field is told`() throws {
        let whole = "2010" + "0000000000000011" + "000000000000002a"
        #expect(try self.explain(whole + "00").trailing == [0])
        #expect(try self.explain(whole + "00").text.contains("the least key after this one"))
        #expect(try self.explain(whole + "beef").text.contains("2 bytes follow that no field explains: beef"))
    }

    @Test func `unknown and reserved tags are told apart`() {
        #expect(self.problem("7777").contains("The tag 7777 is unknown to apus"))
        #expect(self.problem("0040").contains("outbox, is reserved"))
        #expect(self.problem("20").contains("two bytes at least"))
        // There is no kind 9 of IAM's names.
        #expect(self.problem("100a" + "3100" + "09" + "6100").contains("not the fields of its keys"))
    }

    @Test func `a record says its version and length`() throws {
        let explanation = try self.explain("2010" + "0000000000000011" + "000000000000002a")
        #expect(explanation.text(ofValue: [1, 2, 3]) == "  value: record version 1, 2 bytes of fields")
        #expect(explanation.text(ofValue: [200]).contains("newer release"))
        #expect(explanation.text(ofValue: []).contains("no record is"))
    }

    @Test func `every tag is explained or reserved`() {
        for tag in KeyTag.allCases {
            #expect((KeyCatalog.types[tag] != nil) != KeyCatalog.reserved.contains(tag), "\(tag)")
        }
    }

    /// What `KeyField` relies on: the properties of each key's type are in the order of its bytes.
    @Test func `the fields of every key are those of its bytes, in their order`() throws {
        for (tag, type) in KeyCatalog.types {
            let raw = [UInt8(tag.rawValue >> 8), UInt8(tag.rawValue & 0xFF)]
            let zero = try #require(self.sample(type, raw), "\(tag)")
            var bytes = raw
            for (index, field) in zero.enumerated() { bytes += self.bytes(of: field, index) }
            let explanation = try KeyExplanation(bytes)
            #expect(explanation.missing == [] && explanation.trailing == [], "\(tag)")
            #expect(explanation.fields.map(\.name) == zero.map(\.name), "\(tag)")
            for (index, field) in explanation.fields.enumerated() {
                #expect(field.value.contains(self.mark(of: zero[index], index)), "\(tag).\(field.name): \(field.value)")
            }
        }
    }

    /// The fields of a key made of zero bytes, with a one where an enumeration wants it.
    private func sample(_ type: any StoreKey.Type, _ raw: [UInt8]) -> [KeyField]? {
        let zeros = [UInt8](repeating: 0, count: 64)
        if let key = self.decode(type, raw + zeros) { return KeyField.fields(of: key) }
        for position in zeros.indices {
            var filler = zeros
            filler[position] = 1
            if let key = self.decode(type, raw + filler) { return KeyField.fields(of: key) }
        }
        return nil
    }

    private func decode<Key: StoreKey>(_: Key.Type, _ bytes: [UInt8]) -> (any StoreKey)? {
        var decoder = KeyDecoder(bytes)
        return try? Key(from: &decoder)
    }

    private func bytes(of field: KeyField, _ index: Int) -> [UInt8] {
        let number = UInt8(index + 1)
        return switch field.type {
        case "text": Array("f\(index)".utf8) + [0]
        case "time, milliseconds in 8 bytes": [0x80, 0, 0, 0, 0, 0, 0, number]
        case "16 bytes": Array(repeating: number, count: 16)
        // A list of one part.
        case let type where type.hasPrefix("bytes in "): [number, 0]
        default:
            // An enumeration's value is its number and its name.
            Array(repeating: 0, count: field.count - 1) + [field.value.contains("(") ? 1 : number]
        }
    }

    private func mark(of field: KeyField, _ index: Int) -> String {
        switch field.type {
        case "text": "f\(index)"
        case "16 bytes": Hex.encode(Array(repeating: UInt8(index + 1), count: 16))
        case _ where field.value.contains("(") && !field.type.hasPrefix("time"): "(1)"
        default: "\(index + 1)"
        }
    }
}
