import ApusBase
import LogPattern
import Testing

/// The examples of AWS's documentation: the page on filter pattern syntax, in its present and earlier editions, the page on
/// regular expressions, and the API reference of TestMetricFilter. Wordings of errors as users report them.
@Suite struct LogPatternTests {
    @Test(arguments: ["terms", "regex", "fields"].flatMap(CaseFile.read))
    func `a documented pattern matches what AWS says and nothing else`(example: JSONValue) throws {
        let pattern = try LogPattern(example.text("pattern"))
        for message in example.texts("matches") { #expect(pattern.matches(message), "\(message)") }
        for message in example.texts("misses") { #expect(!pattern.matches(message), "\(message)") }
    }

    @Test(arguments: CaseFile.read("json"))
    func `a documented JSON message matches the patterns that AWS says`(example: JSONValue) throws {
        let message = example.text("message")
        for pattern in example.texts("matching") { #expect(try LogPattern(pattern).matches(message), "\(pattern)") }
        for pattern in example.texts("missing") { #expect(try !LogPattern(pattern).matches(message), "\(pattern)") }
    }

    @Test(arguments: CaseFile.read("values"))
    func `values are extracted as in the examples of TestMetricFilter`(example: JSONValue) throws {
        let expected = example["values"]?.objectValue.map { object in
            Dictionary(uniqueKeysWithValues: object.members.map { ($0.name, $0.value.stringValue ?? "") })
        }
        #expect(try LogPattern(example.text("pattern")).values(in: example.text("message")) == expected)
    }

    @Test(arguments: CaseFile.read("errors"))
    func `a bad pattern is refused in AWS's words`(example: JSONValue) {
        let error = #expect(throws: LogPatternError.self) { try LogPattern(example.text("pattern")) }
        #expect(error?.description == example.text("message"))
    }

    @Test(arguments: [
        "{}", "{ }", "{ $.a }", "{ $ = 1 }", "{ $. = 1 }", "{ a = 1 }", "{ $.a = }", "{ $.a > abc }", "{ $.a = 1 && }",
        "{ ($.a = 1 }", "{ $.a = 1) }", "{ $.a = 1 $.b = 2 }", "{ $.a[x] = 1 }", "{ $.a[0 = 1 }", "{ $.['a = 1 }",
        "{ $.a < \"1\" }", "{ $.a == 1 }", "{ $.a = \"open }", "{ $.a IS MAYBE }", "{ $.a NOT }", "{ $.a ISNULL }",
        "[a b]", "[a, ..., b, ...]", "[=1]", "[a = 1 b]", "[a = ]", "[a = 1, (b = 2)]", "-", "?", "ERROR - x",
    ]) func `what is no pattern is refused`(text: String) {
        let error = #expect(throws: LogPatternError.self) { try LogPattern(text) }
        #expect(error == .invalid || error?.description.hasPrefix("Invalid character(s)") == true)
    }

    @Test func `quotas of regular expressions and wildcards hold`() throws {
        #expect(try LogPattern("{ $.a = %x% || $.b = %y% }").regexCount == 2)
        #expect(throws: LogPatternError.tooManyRegexes) { try LogPattern("{ $.a = %x% || $.b = %y% || $.c = %z% }") }
        #expect(throws: LogPatternError.tooManyRegexes) { try LogPattern("[a = %x%, b = %y%, c = %z%]") }
        #expect(throws: LogPatternError.tooManyWildcards) { try LogPattern("{ $.*.a[*] = 1 }") }
        _ = try LogPattern("{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 }")
        #expect(throws: LogPatternError.tooManyWildcards) {
            try LogPattern("{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 || $.* = 1 }")
        }
    }

    @Test func `which patterns give dimensions and name fields`() throws {
        #expect(try !LogPattern("ERROR").supportsDimensions)
        #expect(try !LogPattern("%x%").supportsDimensions)
        #expect(try LogPattern("{ $.a = 1 }").supportsDimensions)
        #expect(try LogPattern("[a]").supportsDimensions)
        #expect(try LogPattern("[a]").namesFields)
        #expect(try !LogPattern("{ $.a = 1 }").namesFields)
    }
}
