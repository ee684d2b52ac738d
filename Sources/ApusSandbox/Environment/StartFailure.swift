/// Why a process could not be started.
package struct StartFailure: Hashable, Sendable {
    package enum Cause: Sendable {
        /// The package is at fault: its bootstrap cannot be executed.
        case program
        /// This machine is.
        case machine
        /// The template that should have forked it; it can be started without one.
        case template
    }
    package var cause: Cause
    /// In words for the operator or the function's author.
    package var sentence: String

    package init(cause: Cause, sentence: String) {
        self.cause = cause
        self.sentence = sentence
    }
}
