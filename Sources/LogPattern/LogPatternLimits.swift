/// The numbers of filter patterns.
///
/// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html (its notes on quotas)
package enum LogPatternLimits {
    /// Bytes of a pattern. The model has 1,024 characters; one of them takes four bytes at most.
    package static let patternBytes = 4_096
    /// Regular expressions in one pattern.
    package static let regexes = 2
    /// Wildcard selectors in one pattern; one property selector has one.
    package static let wildcards = 3
    /// Positions of one compiled regular expression: characters and classes, counted repetitions written out. Our own.
    package static let regexPositions = 1_023
    /// Parentheses in parentheses. Our own.
    package static let depth = 64
}
