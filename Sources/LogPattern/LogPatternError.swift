/// Why a text is no filter pattern. The description is the message of AWS's InvalidParameterException where that is known.
package enum LogPatternError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalid
    /// A term, a value or a regular expression with characters that it may not have where it stands.
    case characters(term: String)
    /// `{` without `}`, `[` without `]`.
    case unclosed(open: String, close: String)
    /// Longer than AWS's model allows.
    case tooLong
    /// More regular expressions than the documented quota.
    case tooManyRegexes
    /// More wildcard selectors than the documented quota, in one selector or in all.
    case tooManyWildcards
    /// A regular expression whose counted repetitions are too many. Our own bound.
    case regexTooLarge
    /// Parentheses that nest too deep. Our own bound.
    case tooDeep

    package var description: String {
        switch self {
        case .invalid: "Invalid filter pattern"
        case .characters(let term): "Invalid character(s) in term '\(term)'"
        case .unclosed(let open, let close): "If a filter pattern starts with '\(open)' it must end with '\(close)'"
        case .tooLong: "A filter pattern must have length less than or equal to \(LogPatternLimits.patternBytes)"
        case .tooManyRegexes: "A filter pattern can contain at most \(LogPatternLimits.regexes) regular expressions"
        case .tooManyWildcards:
            "A property selector can contain one wildcard, a filter pattern at most \(LogPatternLimits.wildcards)"
        case .regexTooLarge:
            "A regular expression can match at most \(LogPatternLimits.regexPositions) characters, repetitions counted"
        case .tooDeep: "Parentheses can nest at most \(LogPatternLimits.depth) deep in a filter pattern"
        }
    }
}
