import ApusBase
import ApusWire
import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        ("[a-z]+", ["a", "abc"], ["", "aB", "a b"]),
        ("[\\w+=,.@-]*", ["", "a-b_c@d.e,f=g+h"], ["a b", "é"]),
        ("^[a-zA-Z_][a-zA-Z0-9_]*", ["_a1"], ["1a", ""]),
        ("\\d{12}", ["123456789012"], ["12345678901", "1234567890123", "12345678901a"]),
        (
            "\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root", ["*", "arn:aws-cn:iam::123456789012:root"],
            ["**", "arn"]
        ),
        ("(ab|a)(bc|c)?", ["a", "ab", "abc", "abbc", "ac"], ["abcc", "b"]),
        ("(a{2}){2,3}", ["aaaa", "aaaaaa"], ["aa", "aaa", "aaaaa", "aaaaaaaa"]),
        ("a{0,3}b", ["b", "ab", "aaab"], ["aaaab"]),
        ("a{2,}", ["aa", "aaaaaaa"], ["a"]),
        ("x*(y?z)*", ["", "xx", "zz", "xyzzyz"], ["y", "xyy"]),
        ("(\\$LATEST|[0-9]+)", ["$LATEST", "42"], ["LATEST", "4a"]),
        ("[^:*]*", ["", "a/b"], ["a:b", "*"]),
        ("[\\s\\S]*", ["", "a\nb"], []),
        (".*", ["", "a b"], ["a\nb"]),
        ("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", ["Größe 1", "a-b@c"], ["a#b", "😀"]),
        ("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", ["{\n}", "ÿ"], ["Ā", ""]),
        ("(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)", ["/", "/a/b/"], ["//", "a", "/a"]),
        ("$|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))", ["", "kafka://a.b"], ["kafka://.a", "kafka://"]),
        ("[a-zA-Z0-9-_]+", ["a-b_c"], ["a.b"]),
        ("http(s?)://[a-z]+", ["http://a", "https://ab"], ["httpss://a"]),
        ("|[a-z]+", ["", "a"], ["1"]),
    ])
    func `a text matches as a whole or not at all`(pattern: String, good: [String], bad: [String]) {
        let compiled = Pattern(pattern)
        #expect(compiled.unsupported == nil)
        for text in good { #expect(compiled.matches(text), "\(pattern) should match '\(text)'") }
        for text in bad { #expect(!compiled.matches(text), "\(pattern) should not match '\(text)'") }
    }

    @Test(arguments: ["(?!a)b", "(?<!a)", "a\\b", "(a)\\1", "a(^b)", "[a&&b]", "(a", "[a"])
    func `what the matcher lacks is said, and everything matches`(pattern: String) {
        let compiled = Pattern(pattern)
        #expect(compiled.unsupported != nil)
        #expect(compiled.matches("anything"))
    }

    /// `(a*)*b` takes a backtracking matcher exponential time.
    @Test func `a text is passed once, whatever the pattern`() {
        let text = String(repeating: "a", count: 100_000)
        #expect(!Pattern("(a*)*b").matches(text))
        #expect(!Pattern("(a|aa|aaa)*(b|c)").matches(text))
    }

    @Test func `each pattern that the generator kept is supported`() throws {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        var count = 0
        for service in ["IAM", "STS", "Logs", "Lambda"] {
            let path = "/\(root)/Sources/Apus\(service)/API/\(service)Constraints+Generated.swift"
            let source = String(decoding: try ByteFile(path, .read).readAll(), as: UTF8.self)
            for line in source.split(separator: "\n") {
                guard let start = line.firstRange(of: "pattern: ")?.upperBound else { continue }
                let rest = line[start...]
                let open = rest.hasPrefix("#\"") ? "#\"" : "\""
                let close = rest.hasPrefix("#\"") ? "\"#" : "\""
                let body = rest.dropFirst(open.count)
                guard let end = body.firstRange(of: close)?.lowerBound else { continue }
                let pattern = Pattern(String(body[..<end]))
                count += 1
                #expect(pattern.unsupported == nil, "\(pattern.source): \(pattern.unsupported ?? "")")
            }
        }
        #expect(count > 60)
    }
}
