package import ApusBase

/// An event pattern of EventBridge: compiled once, matched against many events.
///
/// Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, and for what that page
/// leaves open the behaviour of aws/event-ruler.
///
/// A match costs O(event × tests of the pattern) at worst and looks at each field of the event once in practice; nothing
/// backtracks, and what `$or` joins is never multiplied out.
package struct EventPattern: Sendable {
    private let root: ObjectTest
    /// The paths that some test wants absent.
    private let absences: [[[UInt8]]]

    /// Compiles `text`.
    ///
    /// Errors: what is wrong, in AWS's words where they are known.
    package init(_ text: String) throws(EventPatternError) {
        guard text.utf8.count <= EventPatternLimits.patternBytes else {
            throw EventPatternError("Event pattern is too long", in: "", at: 0)
        }
        var compiler = PatternCompiler(text)
        self.root = try compiler.compile()
        self.absences = compiler.absences
    }

    /// Whether the event, a JSON text, matches.
    ///
    /// Errors: the event is no JSON.
    package func matches(_ event: [UInt8]) throws(JSONError) -> Bool {
        var tape = EventTape()
        try tape.append(event)
        return self.matches(tape)
    }

    /// Whether the event on the tape matches; for those who ask many patterns about one event.
    package func matches(_ tape: EventTape) -> Bool {
        guard !tape.isEmpty else { return false }
        var matching = EventMatching(tape, absences: self.absences)
        return matching.holds(self.root, at: 0)
    }
}
