import ApusBase
import ApusService
import Testing

@Suite struct PolicyPatternTests {
    private func matches(
        _ pattern: String, _ text: String, version: PolicyDocument.Version = .v2012, _ entries: [String: [String]] = [:]
    ) -> Bool {
        let bytes = Array(text.utf8)
        return PolicyPattern(pattern, version: version).matches(
            bytes.span, in: PolicyFixtures.request(entries: entries))
    }

    /// Pattern, text, whether it matches.
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    static let patterns = """
        * |  | true
        * | anything | true
         |  | true
         | a | false
        a | a | true
        a | A | false
        a | ab | false
        ab | a | false
        ? |  | false
        ? | a | true
        ? | ab | false
        a* | a | true
        a* | abc | true
        a* | ba | false
        *a | bca | true
        *a | ab | false
        a*b*c | abc | true
        a*b*c | a--b--b--c | true
        a*b*c | a--c--b | false
        ** |  | true
        *? |  | false
        *? | x | true
        ?*? | x | false
        ?*? | xy | true
        *ab | aab | true
        *aab | aaab | true
        a?c*e | abcde | true
        arn:aws:s3:::my_corporate_bucket/* | arn:aws:s3:::my_corporate_bucket/a/b | true
        arn:aws:s3:::my_corporate_bucket/* | arn:aws:s3:::my_corporate_bucket | false
        arn:aws:iam::123456789012:user/accounting/* | arn:aws:iam::123456789012:user/accounting/x | true
        arn:aws:sqs:*:123456789012:q? | arn:aws:sqs:eu-west-1:123456789012:q1 | true
        arn:aws:sqs:*:123456789012:q? | arn:aws:sqs:eu-west-1:123456789012:q | false
        """

    @Test(arguments: TableRow.rows(patterns))
    func `stars stand for any text and question marks for one character`(row: TableRow) {
        #expect(matches(row[0], row[1]) == (row[2] == "true"))
    }

    @Test(arguments: [
        ("?", "ü", true), ("??", "ü", false), ("a?c", "a😀c", true), ("*?", "😀", true), ("?*", "😀", true),
        ("?", "😀😀", false), ("😀", "😀", true), ("*é", "été", true), ("é?é", "été", true), ("?😀?", "a😀b", true),
    ]) func `a question mark is a whole character of UTF-8`(pattern: String, text: String, expected: Bool) {
        #expect(matches(pattern, text) == expected)
    }

    @Test func `long patterns cross the words of the automaton`() {
        let middle = String(repeating: "ab?", count: 60)
        let text = String(repeating: "abc", count: 60)
        #expect(matches("x*" + middle + "*y", "x---" + text + "---y"))
        #expect(!matches("x*" + middle + "*y", "x---" + text.dropLast(3) + "---y"))
        #expect(matches("*" + middle, "abab" + text))
        #expect(!matches("*" + middle, text + "d"))
    }

    @Test func `agrees with the obvious recursive matcher on random patterns`() {
        func reference(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            switch first {
            case "*":
                return reference(pattern.dropFirst(), text) || !text.isEmpty && reference(pattern, text.dropFirst())
            case "?": return !text.isEmpty && reference(pattern.dropFirst(), text.dropFirst())
            default: return text.first == first && reference(pattern.dropFirst(), text.dropFirst())
            }
        }
        let entropy = SeededEntropy(seed: 7)
        func random(_ alphabet: [Character], _ maximum: Int) -> [Character] {
            (0..<Int(entropy.nextUInt64() % UInt64(maximum + 1))).map { _ in
                alphabet[Int(entropy.nextUInt64() % UInt64(alphabet.count))]
            }
        }
        for _ in 0..<20_000 {
            let pattern = random(["a", "b", "é", "*", "?"], 8)
            let text = random(["a", "b", "é"], 10)
            #expect(matches(String(pattern), String(text)) == reference(pattern[...], text[...]), "\(pattern) \(text)")
        }
    }

    @Test func `a hostile pattern costs no more than a harmless one of its length`() {
        let text = String(repeating: "a", count: 2_000)
        let clock = ContinuousClock()
        let spent = clock.measure {
            #expect(!matches(String(repeating: "a*", count: 1_000) + "b", text))
            #expect(!matches(String(repeating: "*a?", count: 600) + "b", text))
        }
        // Backtracking would need longer than the universe has; the automaton needs 60,000 steps.
        #expect(spent < .seconds(2))
    }

    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    @Test func `policy variables stand for values of the request`() {
        let pattern = "arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*"
        #expect(matches(pattern, "arn:aws:s3:::amzn-s3-demo-bucket/exampleuser/a"))
        #expect(!matches(pattern, "arn:aws:s3:::amzn-s3-demo-bucket/other/a"))
        #expect(matches("${AWS:UserName}-queue", "exampleuser-queue"))
        #expect(matches("${aws:PrincipalTag/department}", "x", ["aws:principaltag/Department": ["x"]]))
    }

    @Test func `variables are plain text before 2012-10-17`() {
        #expect(matches("${aws:username}", "${aws:username}", version: .v2008))
        #expect(!matches("${aws:username}", "exampleuser", version: .v2008))
    }

    @Test func `a variable without a value matches nothing unless it has a default`() {
        #expect(!matches("*${aws:PrincipalTag/team}*", "anything"))
        #expect(matches("x${aws:PrincipalTag/team, 'company-wide'}", "xcompany-wide"))
        #expect(matches("x${aws:PrincipalTag/team, 'company-wide'}", "xred", ["aws:PrincipalTag/team": ["red"]]))
        #expect(!matches("${aws:TagKeys}", "a", ["aws:TagKeys": ["a", "b"]]))
    }

    @Test func `wildcards and dollars can be written as themselves`() {
        #expect(matches("a${*}b", "a*b"))
        #expect(!matches("a${*}b", "axb"))
        #expect(matches("a${?}b${$}{c}", "a?b${c}"))
        #expect(!matches("a${?}", "ax"))
    }

    @Test func `wildcards in the value of a variable are plain characters`() {
        #expect(!matches("a/${aws:PrincipalTag/t}", "a/anything", ["aws:PrincipalTag/t": ["*"]]))
        #expect(matches("a/${aws:PrincipalTag/t}", "a/*", ["aws:PrincipalTag/t": ["*"]]))
    }
}
