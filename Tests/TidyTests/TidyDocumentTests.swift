import Testing

@Suite struct TidyDocumentTests {
    @Test func `links in pages lead to files`() {
        let dead = SourceTree.markdown.flatMap(DocumentRules.deadLinks)
        #expect(dead.isEmpty, "\(dead.joined(separator: "\n"))")
    }

    @Test func `the paths that ARCHITECTURE sends readers to exist`() throws {
        let page = try #require(SourceTree.file("ARCHITECTURE.md"))
        let paths = page.lines.flatMap(DocumentRules.codeSpans).map(String.init).filter { span in
            ["Sources/", "Tests/", "script/", "docs/", "Examples/"].contains { span.hasPrefix($0) }
        }
        #expect(paths.count >= 15, "the table \"to change X, look in Y\" is there")
        #expect(paths.filter { !SourceTree.exists($0) } == [])
    }

    /// A target's README lists its deviations under a heading; a point names its test in backticks: the test's sentence, or
    /// a suite. What stands in backticks and has a sentence's spaces, or a suite's ending, is taken for one.
    @Test func `the tests that deviations from AWS name exist`() {
        let tests = SourceTree.swift.filter { $0.path.hasPrefix("Tests/") }
        var findings: [String] = []
        for page in SourceTree.markdown where page.path.hasPrefix("Sources/") {
            let spans = DocumentRules.deviations(page).flatMap { DocumentRules.codeSpans($0[...]) }
            for name in spans where name.split(separator: " ").count > 2 || name.hasSuffix("Tests") {
                let isThere = tests.contains { $0.name == name + ".swift" || $0.text.contains("func `\(name)`") }
                if !isThere { findings.append("\(page.path): \(name)") }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func `each decision has a number of its own and says why, and when it would be wrong`() {
        let decisions = SourceTree.markdown.filter { $0.path.hasPrefix("docs/decisions/") }
        let numbers = decisions.compactMap { Int($0.name.prefix(4)) }
        #expect(numbers.count == decisions.count && Set(numbers).count == numbers.count)
        for decision in decisions {
            for part in ["Context", "Decision", "Consequences", "notice that it was wrong"] {
                #expect(decision.text.contains(part), "\(decision.path) lacks \(part)")
            }
            #expect(decision.text.contains("Alternatives") || decision.text.contains("Rejected"), "\(decision.path)")
        }
    }

    @Test func `every command in the README is run by a conformance test`() throws {
        guard let readme = SourceTree.file("README.md") else { return }
        let commands = DocumentRules.shellCommands(readme.text)
        let test = try #require(SourceTree.file("Tests/conformance/test_readme.py")).text
        let missing = commands.filter { !test.contains($0) }
        #expect(missing.isEmpty, "not in Tests/conformance/test_readme.py:\n\(missing.joined(separator: "\n"))")
    }
}
