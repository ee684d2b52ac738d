import ApusBase
import ApusStore
import Testing

/// The bytes of keys and records are for ever: data directories of every release open.
@Suite struct KeyEncodingTests {
    /// A key with a field of every kind.
    private struct EveryField: StoreKey, Comparable {
        typealias Value = Presence
        static let tag = KeyTag.logsEvent
        var text: String
        var bytes: [UInt8]
        var small: UInt16
        var signed: Int64
        var large: UInt64
        var fixed: [UInt8]

        func encode(into encoder: inout KeyEncoder) {
            encoder.append(self.text)
            encoder.append(self.bytes)
            encoder.append(self.small)
            encoder.append(self.signed)
            encoder.append(self.large)
            encoder.append(fixed: self.fixed)
        }

        init(_ text: String, _ bytes: [UInt8], _ small: UInt16, _ signed: Int64, _ large: UInt64, _ fixed: [UInt8]) {
            self.text = text
            self.bytes = bytes
            self.small = small
            self.signed = signed
            self.large = large
            self.fixed = fixed
        }

        init(from decoder: inout KeyDecoder) throws(KeyError) {
            self.text = try decoder.readString()
            self.bytes = try decoder.readBytes()
            self.small = try decoder.readInteger()
            self.signed = try decoder.readInt64()
            self.large = try decoder.readInteger()
            self.fixed = try decoder.readFixed(count: 3)
        }

        /// The order of the fields, one after the other.
        static func < (left: EveryField, right: EveryField) -> Bool {
            if left.text != right.text { return left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
            if left.bytes != right.bytes { return left.bytes.lexicographicallyPrecedes(right.bytes) }
            if left.small != right.small { return left.small < right.small }
            if left.signed != right.signed { return left.signed < right.signed }
            if left.large != right.large { return left.large < right.large }
            return left.fixed.lexicographicallyPrecedes(right.fixed)
        }

        init(_ random: inout SplitMix) {
            let texts = ["", "a", "a\0", "a\0b", "ab", "b", "\u{FF}", "é", "\u{10FFFF}", "a\u{1}"]
            let edges: [UInt64] = [0, 1, 255, 256, 1 << 31, 1 << 63, .max - 1, .max, random.next()]
            self.text = texts[random.below(texts.count)]
            self.bytes = (0..<random.below(4)).map { _ in [0, 1, 0xFE, 0xFF][random.below(4)] }
            self.small = UInt16(truncatingIfNeeded: edges[random.below(edges.count)])
            self.signed = Int64(bitPattern: edges[random.below(edges.count)])
            self.large = edges[random.below(edges.count)]
            self.fixed = (0..<3).map { _ in [0, 1, 0xFF][random.below(3)] }
        }
    }

    @Test func `the order of the bytes is the order of the fields`() {
        var random = SplitMix(seed: 1)
        let keys = (0..<200).map { _ in EveryField(&random) }
        let bytes = keys.map(\.encoded)
        var wrong: [(EveryField, EveryField)] = []
        for (left, leftBytes) in zip(keys, bytes) {
            for (right, rightBytes) in zip(keys, bytes) {
                let order = compareBytes(leftBytes, rightBytes)
                if (order < 0) != (left < right) || (order == 0) != (left == right) { wrong.append((left, right)) }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.first as Any)")
    }

    @Test func `a key is read back as it was written`() throws {
        var random = SplitMix(seed: 2)
        for _ in 0..<2000 {
            let key = EveryField(&random)
            var decoder = KeyDecoder(key.encoded)
            let found = try EveryField(from: &decoder)
            #expect(found == key)
            let isAtEnd = decoder.isAtEnd
            #expect(isAtEnd)
        }
    }

    @Test func `bytes that no key has are an error`() {
        for bytes: [UInt8] in [[1, 0], [1, 3, 0], [1, 1, 1, 0], [65]] {
            var decoder = KeyDecoder([0x30, 0x10] + bytes)
            #expect(throws: KeyError.self) { _ = try decoder.readBytes() }
        }
    }

    @Test func `a shortened key is an error, never a trap`() {
        var random = SplitMix(seed: 3)
        for _ in 0..<20 {
            let bytes = EveryField(&random).encoded
            for count in 2..<bytes.count {
                var decoder = KeyDecoder(Array(bytes[..<count]))
                #expect(throws: KeyError.self) { _ = try EveryField(from: &decoder) }
            }
        }
    }

    @Test func `the bytes of a key are these for ever`() {
        let key = EveryField("a\0é", [0, 0xFF], 0x1234, -2, 0x0102_0304_0506_0708, [9, 8, 7])
        #expect(
            key.encoded == [
                0x30, 0x10,
                0x61, 0x01, 0x01, 0xC3, 0xA9, 0x00,
                0x01, 0x01, 0xFF, 0x00,
                0x12, 0x34,
                0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE,
                0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
                0x09, 0x08, 0x07,
            ])
    }

    @Test func `a record begins with its version`() throws {
        #expect(NumberRecord(-2).encoded == [1, 3])
        #expect(Presence().encoded == [1])
        #expect(try NumberRecord(decoding: [1, 3], tag: .timer) == NumberRecord(-2))
    }

    @Test(arguments: [[], [0, 3], [2, 3], [1], [1, 0x80]]) func `a damaged or newer record is corrupt, never a trap`(
        _ bytes: [UInt8]
    ) {
        let error = #expect(throws: StoreError.self) { try NumberRecord(decoding: bytes, tag: .timer) }
        guard case .corrupt(.timer, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a prefix of fields ranges over just the keys that begin with them`() {
        let range = EveryField.range { $0.append("a") }
        let inside = [
            EveryField("a", [], 0, .min, 0, [0, 0, 0]), EveryField("a", [0xFF], .max, .max, .max, [255, 255, 255]),
        ]
        let outside = [
            EveryField("", [0xFF], 0, 0, 0, [0, 0, 0]), EveryField("a\0", [], 0, 0, 0, [0, 0, 0]),
            EveryField("ab", [], 0, 0, 0, [0, 0, 0]), EveryField("b", [], 0, 0, 0, [0, 0, 0]),
        ]
        func contains(_ key: EveryField) -> Bool {
            !bytesAreOrdered(key.encoded, range.start) && bytesAreOrdered(key.encoded, range.end)
        }
        #expect(inside.allSatisfy(contains))
        #expect(!outside.contains(where: contains))
    }

    @Test func `tags are unique, and their families are these for ever`() {
        // A tag that changes its family would leave its keys behind in the old one.
        let families: [KeyTag: ColumnFamily] = [
            .storeFormat: .records, .timer: .flow, .blobIntent: .records, .blobGarbage: .records, .blob: .records,
            .workerProgress: .records, .outbox: .flow, .logsEvent: .history,
        ]
        for (tag, family) in families { #expect(tag.family == family, "\(tag)") }
        for tag in KeyTag.allCases { #expect(key("", tag).withUnsafeBytes { KeyTag.family(ofKey: $0) } == tag.family) }
        #expect(Set(KeyTag.allCases.map(\.rawValue)).count == KeyTag.allCases.count)
    }

    @Test func `keys of no known tag belong to no family`() {
        for bytes: [UInt8] in [[], [0], [0, 0], [0xFF, 0xFF], [0x80, 0x10]] {
            #expect(bytes.withUnsafeBytes { KeyTag.family(ofKey: $0) } == nil, "\(bytes)")
        }
    }
}
