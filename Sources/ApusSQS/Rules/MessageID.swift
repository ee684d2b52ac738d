package import ApusBase

/// A message's id: a version 4 UUID, kept in its 16 bytes.
package struct MessageID: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A random one (RFC 9562 §5.4).
    package static func random(_ entropy: any Entropy) -> MessageID {
        let high = entropy.nextUInt64()
        let low = entropy.nextUInt64()
        return MessageID(
            high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// `8-4-4-4-12` lower-case digits.
    package var text: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            let text = UnsafeMutableRawBufferPointer(buffer)
            text.storeBytes(of: Hex.digits(UInt32(truncatingIfNeeded: self.high >> 32)), toByteOffset: 0, as: UInt64.self)
            Self.write(Hex.digits(UInt32(truncatingIfNeeded: self.high)), to: text, at: 9)
            Self.write(Hex.digits(UInt32(truncatingIfNeeded: self.low >> 32)), to: text, at: 19)
            text.storeBytes(of: Hex.digits(UInt32(truncatingIfNeeded: self.low)), toByteOffset: 28, as: UInt64.self)
            for dash in [8, 13, 18, 23] { text[dash] = UInt8(ascii: "-") }
            return 36
        }
    }

    /// Four digits, a place for a dash, four digits.
    @inline(__always)
    private static func write(_ digits: UInt64, to text: UnsafeMutableRawBufferPointer, at place: Int) {
        withUnsafeBytes(of: digits) { digits in
            text.storeBytes(of: digits.load(as: UInt32.self), toByteOffset: place, as: UInt32.self)
            text.storeBytes(of: digits.load(fromByteOffset: 4, as: UInt32.self), toByteOffset: place + 5, as: UInt32.self)
        }
    }
}
