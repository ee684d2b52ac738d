internal import ApusBase

/// One thing that `apus doctor` says.
package struct Finding: Sendable, Equatable {
    package enum Severity: String, Sendable, Comparable {
        case good
        /// A server runs, but slower or less protected than it could.
        case warning
        /// A server would not start, or not keep its promises.
        case problem

        /// What the command exits with, where this is the worst: the codes that monitoring programs expect of a check.
        package var exitCode: Int32 {
            switch self {
            case .good: 0
            case .warning: 1
            case .problem: 2
            }
        }

        package static func < (a: Severity, b: Severity) -> Bool { a.exitCode < b.exitCode }
    }
    package var severity: Severity
    /// What was looked at: `disk`, `functions` …
    package var subject: String
    /// What was seen, as a sentence.
    package var text: String
    /// Why it matters, as a sentence; nil where nothing needs mending.
    package var matters: String?
    /// What would mend it, best a command; nil where nothing needs mending.
    package var remedy: String?

    /// What is as it should be.
    package init(good subject: String, _ text: String) {
        self.severity = .good
        self.subject = subject
        self.text = text
    }

    /// What is not: a warning or a problem, always with its reason and its remedy.
    package init(_ severity: Severity, _ subject: String, _ text: String, matters: String, remedy: String) {
        precondition(severity != .good, "nothing needs mending")
        self.severity = severity
        self.subject = subject
        self.text = text
        self.matters = matters
        self.remedy = remedy
    }
}

/// What `apus doctor` prints.
package enum FindingsText {
    /// For people: the finding, below it what follows and what helps.
    package static func lines(_ findings: [Finding]) -> String {
        findings.map { finding in
            let mark =
                switch finding.severity {
                case .good: "ok     "
                case .warning: "warning"
                case .problem: "PROBLEM"
                }
            let more = [finding.matters, finding.remedy.map { "→ \($0)" }].compactMap { $0 }
            return (["\(mark)  \(finding.subject): \(finding.text)"] + more.map { "         \($0)" }).joined(
                separator: "\n")
        }.joined(separator: "\n")
    }

    /// For programs: `{"severity": "warning", "findings": [{"severity", "subject", "found", "matters", "remedy"}, …]}`.
    package static func json(_ findings: [Finding]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("severity")
        writer.string(Self.worst(findings).rawValue)
        writer.key("findings")
        writer.beginArray()
        for finding in findings {
            writer.beginObject()
            let members: [(String, String?)] = [
                ("severity", finding.severity.rawValue), ("subject", finding.subject), ("found", finding.text),
                ("matters", finding.matters), ("remedy", finding.remedy),
            ]
            for (name, value) in members {
                guard let value else { continue }
                writer.key(name)
                writer.string(value)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    package static func worst(_ findings: [Finding]) -> Finding.Severity {
        findings.map(\.severity).max() ?? .good
    }
}
