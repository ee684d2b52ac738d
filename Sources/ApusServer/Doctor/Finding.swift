/// One thing that `apus doctor` says.
package struct Finding: Sendable, Equatable {
    package enum Severity: String, Sendable {
        case good
        /// A server runs, but slower or less protected than it could.
        case warning
        /// A server would not start, or not keep its promises.
        case problem
    }
    package var severity: Severity
    /// What was looked at: `disk`, `functions` …
    package var subject: String
    /// What was found, as a sentence.
    package var text: String
    /// What would mend it; nil where nothing needs mending.
    package var remedy: String?

    package init(_ severity: Severity, _ subject: String, _ text: String, remedy: String? = nil) {
        self.severity = severity
        self.subject = subject
        self.text = text
        self.remedy = remedy
    }
}
