/// Why a process could not be started.
package struct StartFailure: Hashable, Sendable {
    package enum Cause: Sendable {
        /// The package is at fault: its bootstrap cannot be executed.
        case program
        /// Where it was to begin is no folder that it may enter.
        case directory
        /// This machine is.
        case machine
        /// The template that should have forked it; it can be started without one.
        case template
        /// There was no memory or no process for it; its template, if any, can fork the next one.
        case templateForNow
    }
    package var cause: Cause
    /// In words for the operator or the function's author.
    package var sentence: String

    /// The machine's own words in it: what follows the last colon.
    var reason: String {
        guard let colon = self.sentence.lastIndex(of: ":") else { return self.sentence }
        return self.sentence[colon...].dropFirst(2).lowercased()
    }

    package init(cause: Cause, sentence: String) {
        self.cause = cause
        self.sentence = sentence
    }
}
