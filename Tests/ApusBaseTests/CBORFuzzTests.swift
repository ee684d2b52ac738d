import ApusBase
import Testing

/// Inputs nobody would write: CBOR is read or refused, never a trap.
@Suite struct CBORFuzzTests {
    /// {"a": [1, -500, 1.5, h'0102', true, null], "t": 1(1363896240.5), "s": (_ "ab", "ü"), "m": {_ "x": {}}, "big": 2^40}
    private static let document = Hex.decode(
        "a5616186013901f3f93e00420102f5f66174c1fb41d452d9ec20000061737f62616262c3bcff616dbf6178a0ff636269671b0000010000000000"
    )!

    private func check(_ bytes: [UInt8]) -> Bool {
        var reader = CBORReader(bytes)
        do throws(CBORError) {
            try reader.skipValue()
            try reader.finish()
        } catch {
            #expect(error.offset <= bytes.count)
            return false
        }
        return true
    }

    @Test func `no prefix of an item is an item`() {
        #expect(self.check(Self.document))
        for count in 0..<Self.document.count { #expect(!self.check(Array(Self.document[..<count]))) }
    }

    @Test func `items with bytes changed, added and removed are read or refused`() {
        let entropy = SeededEntropy(seed: 21)
        for place in Self.document.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = Self.document
                changed[place] = byte
                _ = self.check(changed)
                changed = Self.document
                changed.insert(byte, at: place)
                _ = self.check(changed)
            }
            var shorter = Self.document
            shorter.removeSubrange(place..<min(place + 1 + Int(entropy.below(4)), shorter.count))
            _ = self.check(shorter)
        }
    }

    @Test func `random bytes are read or refused`() {
        let entropy = SeededEntropy(seed: 22)
        var accepted = 0
        for _ in 0..<40_000 where self.check(entropy.bytes(count: Int(entropy.below(16)))) { accepted += 1 }
        #expect(accepted > 100)
    }

    /// A caller's mistake (asking in another order than the item's) must end in an error, not in a trap.
    @Test func `calls in any order on any input do not trap`() {
        let entropy = SeededEntropy(seed: 23)
        let names: JSONNames = ["a", "m"]
        for round in 0..<10_000 {
            let start = Int(entropy.below(UInt64(Self.document.count)))
            let bytes = round % 2 == 0 ? Array(Self.document[start...]) : entropy.bytes(count: 24)
            var reader = CBORReader(bytes)
            for _ in 0..<20 { self.step(&reader, entropy.below(14), names) }
            #expect(reader.offset <= bytes.count)
        }
    }

    private func step(_ reader: inout CBORReader, _ call: UInt64, _ names: JSONNames) {
        do throws(CBORError) {
            switch call {
            case 0: try reader.beginMap()
            case 1: try reader.beginArray()
            case 2: _ = try reader.nextKey()
            case 3: _ = try reader.nextMember(of: names)
            case 4: _ = try reader.nextElement()
            case 5: _ = try reader.readString()
            case 6: _ = try reader.readInt64()
            case 7: _ = try reader.readDouble()
            case 8: _ = try reader.readBool()
            case 9: try reader.skipValue()
            case 10: _ = try reader.readTimestamp()
            case 11: _ = try reader.readBytes()
            case 12: _ = try reader.skipNull()
            default: try reader.finish()
            }
        } catch {}
    }
}
