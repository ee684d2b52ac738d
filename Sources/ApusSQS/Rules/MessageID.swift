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
            var place = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[place] = UInt8(ascii: "-")
                    place += 1
                }
                let half = index < 16 ? self.high : self.low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64((15 - index & 15) * 4)) & 15
                buffer[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
                place += 1
            }
            return place
        }
    }
}
