import ApusBase
import Testing

@Suite struct EntropyTests {
    /// SplitMix64's first outputs for the seed 1234567, as its reference implementation gives them.
    @Test func `a seed gives the sequence of SplitMix64`() {
        let entropy = SeededEntropy(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        ]
        #expect(expected.map { _ in entropy.nextUInt64() } == expected)
    }

    @Test func `the same seed gives the same, another another`() {
        #expect(SeededEntropy(seed: 1).bytes(count: 33) == SeededEntropy(seed: 1).bytes(count: 33))
        #expect(SeededEntropy(seed: 1).uuid() != SeededEntropy(seed: 2).uuid())
    }

    @Test(arguments: [0, 1, 7, 8, 255, 256, 257, 1023, 1024, 5000])
    func `the system's entropy fills any size`(count: Int) {
        let entropy = SystemEntropy()
        let bytes = entropy.bytes(count: count)
        #expect(bytes.count == count)
        guard count > 16 else { return }
        #expect(bytes != entropy.bytes(count: count))
        #expect(!bytes.suffix(16).allSatisfy { $0 == 0 })
    }

    @Test func `the system's entropy repeats nothing across its blocks`() {
        let entropy = SystemEntropy()
        #expect(Set((0..<10_000).map { _ in entropy.nextUInt64() }).count == 10_000)
    }

    /// RFC 9562 §5.4: version 4, variant 10.
    @Test func `a UUID has version 4 and its variant`() {
        let entropy = SeededEntropy(seed: 3)
        for _ in 0..<200 {
            let uuid = entropy.uuid()
            let parts = uuid.split(separator: "-")
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(uuid.utf8.allSatisfy { $0 == 0x2d || (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            #expect(parts[2].first == "4")
            #expect("89ab".contains(parts[3].first ?? "x"))
        }
    }

    @Test func `numbers below a bound come about equally often`() {
        let entropy = SeededEntropy(seed: 4)
        var counts = [0, 0, 0]
        for _ in 0..<30_000 { counts[Int(entropy.below(3))] += 1 }
        #expect(counts.allSatisfy { (9700...10_300).contains($0) })
        #expect(entropy.below(1) == 0)
        #expect((0..<1000).allSatisfy { _ in entropy.below(.max) < .max })
    }

    @Test func `an identifier has characters of its alphabet only, all of them`() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        let text = SeededEntropy(seed: 5).identifier(alphabet: alphabet, count: 2000)
        #expect(text.count == 2000)
        #expect(Set(text) == Set(alphabet))
        #expect(Set(SeededEntropy(seed: 6).identifier(alphabet: "abc", count: 500)) == ["a", "b", "c"])
        #expect(SeededEntropy(seed: 7).identifier(alphabet: "x", count: 3) == "xxx")
        #expect(SeededEntropy(seed: 7).identifier(alphabet: "x", count: 0) == "")
    }
}
