import ApusBase

@testable import EventPattern

/// Event patterns: the first line is the pattern, the rest the event. What a field's test says, `anything-but` must deny; no
/// pattern takes longer for a long text than in proportion.
enum EventPatternTarget {
    private static let longBytes = 1 << 17

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        guard let text = String(utf8: Array(bytes[..<end])) else { return }
        let event = Array(bytes[end...].dropFirst())
        try Self.checkWildcard(text, event)
        guard let pattern = try? EventPattern(text) else { return }
        var tape = EventTape()
        do throws(JSONError) { try tape.append(event) } catch { return }
        _ = pattern.matches(tape)
        // A body is JSON where it is an object or a list: the same event one level down.
        let body = EventTape(member: "body", text: event)
        guard let inner = try? EventPattern("{\"body\": \(text)}") else { return }
        let isContainer = tape.nodes[0].kind == .object || tape.nodes[0].kind == .array
        if isContainer {
            try FuzzFailure.unless(
                pattern.matches(tape) == inner.matches(body), "one level down the answer is another: \(text)")
        }
    }

    /// A wildcard is compared with a search that goes back and forth, on texts that are short enough for it.
    private static func checkWildcard(_ text: String, _ event: [UInt8]) throws(FuzzFailure) {
        let pattern = Array(text.utf8)
        guard let wildcard = try? WildcardText(pattern) else { return }
        let isPlain = !pattern.contains(UInt8(ascii: "\\"))
        if isPlain, event.count <= 32, wildcard.count <= 6 {
            try FuzzFailure.unless(
                wildcard.matches(event[...]) == Self.matches(pattern[...], event[...]), "wildcard \(text)")
        }
        if event.reduce(UInt8(0), &+) % 32 == 0, let first = event.first {
            _ = wildcard.matches(Array(repeating: first, count: Self.longBytes)[...])
        }
    }

    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return (text.startIndex...text.endIndex).contains { Self.matches(pattern.dropFirst(), text[$0...]) }
        }
        return text.first == first && Self.matches(pattern.dropFirst(), text.dropFirst())
    }
}
