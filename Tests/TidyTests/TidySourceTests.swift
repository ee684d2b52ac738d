import Testing

@Suite struct TidySourceTests {
    @Test func `lines have at most 132 columns and files at most 400 lines`() {
        self.expectNone(SourceRules.tooLong)
    }

    @Test func `functions have at most 70 lines`() { self.expectNone(SourceRules.longFunctions) }

    @Test func `no layer of a request imports Foundation`() { self.expectNone(SourceRules.bannedImports) }

    @Test func `services are handed time, chance and threads`() { self.expectNone(SourceRules.bannedCalls) }

    @Test func `what the compiler cannot check is explained`() { self.expectNone(SourceRules.unexplainedUnsafety) }

    @Test func `no mutex holds a bare function`() { self.expectNone(SourceRules.lentFunctions) }

    @Test func `closures capture nothing unowned`() { self.expectNone(SourceRules.unownedCaptures) }

    @Test func `what is inlinable is seen by those who would inline it`() { self.expectNone(SourceRules.unseenBodies) }

    @Test func `nothing is left to do in a comment`() { self.expectNone(SourceRules.leftovers) }

    @Test func `no placeholder outlives its use`() {
        let dead = SourceTree.swift.filter { file in
            file.name == "Placeholder.swift"
                && SourceTree.swift.contains { $0.target == file.target && $0.name != file.name }
        }
        #expect(dead.map(\.path) == [])
    }

    @Test func `every Swift target has a README`() {
        let targets = SourceTree.folders(in: "Sources").filter { !$0.hasPrefix("C") }
        #expect(targets.filter { !SourceTree.exists("Sources/\($0)/README.md") } == [])
    }

    private func expectNone(_ rule: (SourceTree.File) -> [String]) {
        let findings = SourceTree.swift.flatMap(rule)
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
