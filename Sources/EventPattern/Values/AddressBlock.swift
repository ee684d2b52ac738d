internal import Glibc

/// A block of IPv4 or IPv6 addresses in CIDR form.
struct AddressBlock: Sendable {
    struct Failure: Error {
        var reason: String
    }
    private let bytes: [UInt8]
    private let bits: Int

    init(cidr text: String) throws(Failure) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw Failure(reason: "Malformed CIDR, one '/' required") }
        guard let bits = Int(parts[1]) else { throw Failure(reason: "Malformed CIDR, mask bits must be an integer") }
        guard bits >= 0 else { throw Failure(reason: "Malformed CIDR, mask bits must not be negative") }
        guard let bytes = Self.address(String(parts[0])) else {
            throw Failure(reason: "Malformed CIDR, unrecognized IP address: \(parts[0])")
        }
        guard bits <= bytes.count * 8 else {
            throw Failure(
                reason: bytes.count == 4 ? "IPv4 mask bits must be < 32" : "IPv6 mask bits must be < 128")
        }
        self.bytes = bytes
        self.bits = bits
    }

    func contains(_ text: ArraySlice<UInt8>) -> Bool {
        // The longest text of an IPv6 address has 45 characters.
        guard text.count <= 45, let other = Self.address(String(decoding: text, as: UTF8.self)),
            other.count == self.bytes.count
        else { return false }
        let whole = self.bits / 8
        guard other.prefix(whole) == self.bytes.prefix(whole) else { return false }
        let rest = self.bits % 8
        guard rest > 0 else { return true }
        let mask = UInt8.max << UInt8(8 - rest)
        return other[whole] & mask == self.bytes[whole] & mask
    }

    private static func address(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if text.utf8.contains(UInt8(ascii: ":")) { return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil }
        return inet_pton(AF_INET, text, &bytes) == 1 ? Array(bytes.prefix(4)) : nil
    }
}
