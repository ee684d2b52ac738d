/// A filter pattern of CloudWatch Logs: compiled once, matched against many messages.
///
/// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
///
/// Four forms, told apart by the first character: `{…}` conditions on JSON, `[…]` conditions on fields between spaces,
/// `%…%` one regular expression, and else terms. A pattern without anything matches every message.
///
/// A match costs O(message × passes), whatever the message is; nothing backtracks.
package struct LogPattern: Sendable {
    private enum Form: Sendable {
        case terms(TermPattern)
        case regex(LinearRegex)
        case json(JSONPattern)
        case fields(FieldPattern)
    }
    private let form: Form
    /// How many regular expressions the pattern has; AWS has a quota on them.
    package let regexCount: Int

    /// How many times a match may have to go over a message, at most: for those who bound what matching costs. 1 for terms,
    /// however many they are.
    package var passes: Int {
        switch self.form {
        case .terms: 1
        case .regex(let regex): regex.words
        case .json(let json): json.passes
        case .fields(let fields): fields.passes
        }
    }

    /// Compiles `text`.
    ///
    /// Errors: what is wrong, in AWS's words where they are known.
    package init(_ text: String) throws(LogPatternError) {
        guard text.utf8.count <= LogPatternLimits.patternBytes else { throw .tooLong }
        var scanner = PatternScanner(text)
        scanner.skipSpace()
        switch scanner.peek {
        case UInt8(ascii: "{"):
            scanner = try scanner.inside(UInt8(ascii: "{"), UInt8(ascii: "}"))
            self.form = .json(try JSONPattern(&scanner))
        case UInt8(ascii: "["):
            scanner = try scanner.inside(UInt8(ascii: "["), UInt8(ascii: "]"))
            self.form = .fields(try FieldPattern(&scanner))
        case UInt8(ascii: "%"):
            let regex = try scanner.readRegex()
            scanner.skipSpace()
            guard scanner.isAtEnd else { throw .characters(term: scanner.trimmed) }
            self.form = .regex(regex)
        default:
            self.form = .terms(try TermPattern(&scanner))
        }
        self.regexCount = scanner.regexCount
    }

    /// Whether the message matches.
    package func matches(_ message: String) -> Bool {
        switch self.form {
        case .terms(let terms): terms.matches(message)
        case .regex(let regex): regex.matches(message)
        case .json(let json): json.matches(message)
        case .fields(let fields): fields.matches(message)
        }
    }

    /// What TestMetricFilter answers as `extractedValues`; nil when the message does not match. Fields by their names
    /// (`$status_code`) or numbers (`$7`), properties of JSON by their selectors, nothing for terms.
    package func values(in message: String) -> [String: String]? {
        switch self.form {
        case .terms(let terms): terms.matches(message) ? [:] : nil
        case .regex(let regex): regex.matches(message) ? [:] : nil
        case .json(let json): json.values(in: message)
        case .fields(let fields): fields.values(in: message)
        }
    }

    /// Whether a metric filter may take dimensions from it: from JSON and from fields.
    package var supportsDimensions: Bool {
        switch self.form {
        case .terms, .regex: false
        case .json, .fields: true
        }
    }

    /// Whether it names fields between spaces, which subscriptions pass on.
    package var namesFields: Bool {
        if case .fields = self.form { return true }
        return false
    }
}
