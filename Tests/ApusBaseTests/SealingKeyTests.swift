import ApusBase
import Testing

@Suite struct SealingKeyTests {
    /// Gives the same byte for ever.
    struct ConstantEntropy: Entropy {
        var byte: UInt8
        func fill(_ buffer: UnsafeMutableRawBufferPointer) {
            buffer.initializeMemory(as: UInt8.self, repeating: self.byte)
        }
    }

    /// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14: AES-256, all zeros.
    @Test func `sealing is AES-256-GCM`() {
        let key = SealingKey(key: [UInt8](repeating: 0, count: 32), entropy: ConstantEntropy(byte: 0))
        let sealed = key.seal([UInt8](repeating: 0, count: 16), context: [])
        let nonce = String(repeating: "00", count: 12)
        #expect(
            Hex.encode(sealed) == nonce + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919")
    }

    let key = SealingKey(key: [UInt8](repeating: 7, count: 32), entropy: SeededEntropy(seed: 1))

    @Test func `a sealed value opens with its key and context only`() {
        let sealed = key.seal([1, 2, 3], context: [9])
        #expect(key.open(sealed, context: [9]) == [1, 2, 3])
        #expect(key.open(sealed, context: [8]) == nil)
        #expect(key.open(sealed, context: []) == nil)
        let other = SealingKey(key: [UInt8](repeating: 8, count: 32), entropy: SeededEntropy(seed: 1))
        #expect(other.open(sealed, context: [9]) == nil)
        #expect(key.open(key.seal([], context: []), context: []) == [])
    }

    @Test func `a changed or cut value does not open`() {
        let sealed = key.seal([1, 2, 3], context: [])
        #expect(sealed.count == 12 + 3 + 16)
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(key.open(changed, context: []) == nil)
            #expect(key.open(Array(sealed[..<place]), context: []) == nil)
        }
        #expect(key.open(sealed + [0], context: []) == nil)
    }

    @Test func `one value sealed twice looks different`() {
        #expect(key.seal([1], context: []) != key.seal([1], context: []))
    }
}
