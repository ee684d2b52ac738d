/// What is wrong with the settings: a sentence for each problem, in the order of the sources.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Never empty. Each says where the setting stands, what is wrong with it and what would be right.
    package var problems: [String]

    package init(_ problems: [String]) {
        precondition(!problems.isEmpty, "an error without a problem")
        self.problems = problems
    }

    package var description: String { self.problems.joined(separator: "\n") }
}
