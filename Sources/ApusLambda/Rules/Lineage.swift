internal import ApusBase

/// Which functions an event has been through, and how often: the part of a trace header by which loops are found.
///
/// `Root=…;Parent=…;Sampled=0;Lineage=a87bd80c:0|68fd508a:5`: the digest of a function and the number of its invocations. SDKs
/// send the header that a function was given with every request of theirs, so that it comes back with what they cause.
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
package struct Lineage: Equatable, Sendable {
    private struct Visit: Equatable {
        var function: Substring
        var count: Int
    }
    private var visits: [Visit] = []
    /// Functions that a lineage remembers; the longest ago is forgotten first. Our own, since headers are short.
    private static let most = 16
    /// A longer header is not looked at.
    private static let longestHeader = 1_024

    package init() {}

    /// What a header says; nothing where it says nothing that can be read.
    package init(header: String?) {
        guard let header, header.utf8.count <= Self.longestHeader, let text = TraceHeader.part("Lineage", of: header)
        else { return }
        for entry in text.split(separator: "|").suffix(Self.most) {
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.count == 8, parts[0].utf8.allSatisfy(Self.isHexDigit),
                let count = Int(parts[1]), (0...Int(Int16.max)).contains(count)
            else { continue }
            self.visits.append(Visit(function: parts[0], count: count))
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// How often the event has been to a function.
    package func count(_ function: String) -> Int {
        let digest = Self.digest(function)
        return self.visits.first { $0.function == digest }?.count ?? 0
    }

    /// Notes one more invocation of a function.
    package mutating func visit(_ function: String) {
        let digest = Self.digest(function)
        let count = self.count(function)
        self.visits.removeAll { $0.function == digest }
        self.visits.append(Visit(function: digest[...], count: min(count + 1, Int(Int16.max))))
        if self.visits.count > Self.most { self.visits.removeFirst(self.visits.count - Self.most) }
    }

    /// Takes over what another event of the same batch has been through, where that is more.
    package mutating func merge(_ other: Lineage) {
        for visit in other.visits {
            if let index = self.visits.firstIndex(where: { $0.function == visit.function }) {
                self.visits[index].count = max(self.visits[index].count, visit.count)
            } else {
                self.visits.append(visit)
            }
        }
        if self.visits.count > Self.most { self.visits.removeFirst(self.visits.count - Self.most) }
    }

    /// As a header has it.
    package var text: String { self.visits.map { "\($0.function):\($0.count)" }.joined(separator: "|") }

    private static func digest(_ function: String) -> String {
        let hex = String(Digest.crc32(Array(function.utf8)), radix: 16)
        return String(repeating: "0", count: 8 - hex.utf8.count) + hex
    }
}
