import ApusBase
import ApusStore

/// A key of 16 bytes in no order, and a value of 300 bytes.
struct ItemKey: StoreKey {
    typealias Value = ItemRecord
    static let tag = KeyTag.iamUser
    var high: UInt64
    var low: UInt64

    init(number: Int) {
        self.high = mix(UInt64(truncatingIfNeeded: number))
        self.low = mix(self.high)
    }

    func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.high)
        encoder.append(self.low)
    }

    init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.high = try decoder.readInteger()
        self.low = try decoder.readInteger()
    }
}

struct ItemRecord: StoreValue {
    /// 297 bytes: version and length make 300.
    var body: [UInt8]

    init(number: Int) {
        self.body = (0..<297).map { UInt8(truncatingIfNeeded: mix(UInt64(number &+ $0))) }
    }

    init(body: [UInt8]) { self.body = body }

    func encode(into writer: inout RecordWriter) { writer.blob(self.body) }

    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) { self.body = try reader.readBlob() }
}

@inline(__always)
func mix(_ number: UInt64) -> UInt64 {
    var mixed = number &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
}
