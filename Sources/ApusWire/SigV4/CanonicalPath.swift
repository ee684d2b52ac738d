internal import ApusBase

/// The path's line of a canonical request.
enum CanonicalPath {
    /// Resolves empty and dot segments, then escapes everything but `/`, escapes included.
    static func appendNormalized(_ path: String, to bytes: inout [UInt8]) {
        var path: String = path
        path.withUTF8 { text in
            if Self.isNormalized(text) { return bytes.append(contentsOf: text) }
            var segments: [Range<Int>] = []
            var start = 0
            for index in 0...text.count where index == text.count || text[index] == UInt8(ascii: "/") {
                let segment: Range<Int> = start..<index
                start = index + 1
                if segment.isEmpty || Self.isDots(text, segment, 1) { continue }
                if Self.isDots(text, segment, 2) {
                    _ = segments.popLast()
                } else {
                    segments.append(segment)
                }
            }
            for segment in segments {
                bytes.append(UInt8(ascii: "/"))
                PercentEncoding.append(text[segment], slash: .encoded, to: &bytes)
            }
            if segments.isEmpty || text.last == UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
        }
    }

    /// Whether a path has nothing to resolve or to escape, as nearly all have.
    private static func isNormalized(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.first == UInt8(ascii: "/") else { return false }
        var isStart = false
        for byte in text {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                isStart = false
            case UInt8(ascii: "."):
                if isStart { return false }
            case UInt8(ascii: "/"):
                if isStart { return false }
                isStart = true
            default:
                return false
            }
        }
        return true
    }

    private static func isDots(_ text: UnsafeBufferPointer<UInt8>, _ segment: Range<Int>, _ count: Int) -> Bool {
        segment.count == count && text[segment].allSatisfy { $0 == UInt8(ascii: ".") }
    }

    /// Brings escapes to their one form and escapes what should have been; dots and slashes stay.
    static func appendVerbatim(_ path: String, to bytes: inout [UInt8]) {
        if path.isEmpty {
            bytes.append(UInt8(ascii: "/"))
            return
        }
        CanonicalEscapes.append(path[...].utf8, slash: .kept, plus: .literal, to: &bytes)
    }
}
