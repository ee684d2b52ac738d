internal import Glibc

/// A network in CIDR form, or one address: IPv4 or IPv6. An IPv4 address inside IPv6 (`::ffff:1.2.3.4`) is that IPv4
/// address.
struct AddressRange: Hashable, Sendable {
    /// The first address of the range, IPv4 mapped into IPv6: high half, low half.
    private let high: UInt64
    private let low: UInt64
    /// Of 128 bits.
    private let prefixBits: Int

    /// Reads `203.0.113.0/24`, `2001:DB8::/32`, or an address without a length.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let isV6 = parts[0].utf8.contains(UInt8(ascii: ":"))
        guard let bytes = isV6 ? Self.v6(String(parts[0])) : Self.v4(String(parts[0])) else { return nil }
        let width = isV6 ? 128 : 32
        var bits = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let given = Int(parts[1]), given <= width
            else { return nil }
            bits = given
        }
        self.prefixBits = 128 - width + bits
        (self.high, self.low) = Self.masked(bytes.high, bytes.low, self.prefixBits)
    }

    func contains(_ other: AddressRange) -> Bool {
        guard other.prefixBits >= self.prefixBits else { return false }
        return Self.masked(other.high, other.low, self.prefixBits) == (self.high, self.low)
    }

    private static func masked(_ high: UInt64, _ low: UInt64, _ bits: Int) -> (high: UInt64, low: UInt64) {
        // Swift's `<<` gives 0 when it shifts everything out.
        bits <= 64 ? (high & (UInt64.max << (64 - bits)), 0) : (high, low & (UInt64.max << (128 - bits)))
    }

    private static func v4(_ text: String) -> (high: UInt64, low: UInt64)? {
        var address = in_addr()
        guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
        return (0, 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: address.s_addr)))
    }

    private static func v6(_ text: String) -> (high: UInt64, low: UInt64)? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
