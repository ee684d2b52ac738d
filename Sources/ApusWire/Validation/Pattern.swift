/// A regular expression of the API model, matched against a whole text.
package final class Pattern: Sendable {
    package let source: String

    package init(_ source: String) { self.source = source }

    package func matches(_ text: String) -> Bool { true }
}
