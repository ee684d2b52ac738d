@testable import ApusSandbox

/// The Runtime API's own reader of HTTP, which faces functions: however the bytes are cut, the same requests come out.
///
/// The first byte says how they are cut.
enum RuntimeHTTPTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let first = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let whole = Self.parse(stream, step: max(1, stream.count))
        let pieces = Self.parse(stream, step: 1 + Int(first))
        try FuzzFailure.unless(whole == pieces, "a cut after \(1 + Int(first)) bytes changes the requests")
    }

    private static func parse(_ bytes: [UInt8], step: Int) -> [RuntimeRequestParser.Event] {
        var parser = RuntimeRequestParser()
        var events: [RuntimeRequestParser.Event] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + step, bytes.count)
            parser.append(bytes[start..<end])
            start = end
            while let event = parser.next() {
                // Why it was refused may depend on how much had come.
                if case .malformed = event { return events + [.malformed("")] }
                // A streamed body comes in parts, which may be cut as the bytes were.
                if case .part(let more) = event, case .part(let before)? = events.last {
                    events[events.count - 1] = .part(before + more)
                } else {
                    events.append(event)
                }
            }
        }
        return events
    }
}
