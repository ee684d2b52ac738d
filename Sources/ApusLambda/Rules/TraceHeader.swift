package import ApusBase

/// The header that goes along with an event: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0`.
///
/// Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
package enum TraceHeader {
    /// The value of one part.
    static func part(_ name: String, of header: String) -> Substring? {
        for part in header.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, pair[0].drop(while: { $0 == " " }) == name { return pair[1] }
        }
        return nil
    }

    /// One header for several events that are handled together: the first one's trace, and all they have been through.
    package static func joined(_ headers: [String], now: Timestamp, entropy: any Entropy) -> String? {
        guard let first = headers.first else { return nil }
        if headers.count == 1 { return first }
        var lineage = Lineage()
        for header in headers { lineage.merge(Lineage(header: header)) }
        return Self.next(after: first, lineage: lineage, now: now, entropy: entropy)
    }

    /// The header for an invocation: the trace of what caused it, or a new one, with a parent of its own.
    ///
    /// - Parameter cause: the header that came with the event.
    package static func next(after cause: String?, lineage: Lineage, now: Timestamp, entropy: any Entropy) -> String {
        let parent = Self.hex(entropy.nextUInt64(), digits: 16)
        let root = cause.flatMap { Self.part("Root", of: $0) }.flatMap { Self.isRoot($0) ? String($0) : nil }
        let sampled = cause.flatMap { Self.part("Sampled", of: $0) } == "1" ? "1" : "0"
        return "Root=\(root ?? Self.newRoot(now: now, entropy: entropy));Parent=\(parent);Sampled=\(sampled);"
            + "Lineage=\(lineage.text)"
    }

    private static func newRoot(now: Timestamp, entropy: any Entropy) -> String {
        let seconds = Self.hex(UInt64(max(0, now.milliseconds / 1000)), digits: 8)
        let unique = Self.hex(entropy.nextUInt64() >> 32, digits: 8) + Self.hex(entropy.nextUInt64(), digits: 16)
        return "1-\(seconds)-\(unique)"
    }

    /// Whether it can go on in a header of ours: `1-`, 8 digits, `-`, 24 digits.
    private static func isRoot(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 35, bytes[0] == UInt8(ascii: "1") else { return false }
        return bytes.indices.dropFirst().allSatisfy { index in
            if index == 1 || index == 10 { return bytes[index] == UInt8(ascii: "-") }
            return (0x30...0x39).contains(bytes[index]) || (0x61...0x66).contains(bytes[index])
        }
    }

    private static func hex(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return text.utf8.count >= digits ? text : String(repeating: "0", count: digits - text.utf8.count) + text
    }
}
