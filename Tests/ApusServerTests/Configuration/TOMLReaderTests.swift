import Testing

@testable import ApusServer

/// Expected values are from the TOML 1.0 specification.
@Suite struct TOMLReaderTests {
    @Test func `tables, dotted and quoted keys make one name`() throws {
        let text = """
            # a comment
            port = 4_566 # another
            "quoted" = 'literal \\n'
            [ functions ]
            keep.alive = true\r
            names = [ "a", # first
              'b',
            ]
            """
        #expect(
            try self.entries(text) == [
                TOMLEntry(key: "port", value: .integer(4566), line: 2),
                TOMLEntry(key: "quoted", value: .text("literal \\n"), line: 3),
                TOMLEntry(key: "functions.keep.alive", value: .boolean(true), line: 5),
                TOMLEntry(key: "functions.names", value: .array([.text("a"), .text("b")]), line: 6),
            ])
    }

    @Test(arguments: [
        (#""a\tb""#, "a\tb"), (#""\u00E9\U0001F600""#, "\u{E9}\u{1F600}"), (#""\"\\""#, "\"\\"), (#""""#, ""),
        ("''", ""),
        (#""é #""#, "é #"),
    ])
    func `a text is read with its escapes`(_ written: String, _ meant: String) throws {
        #expect(try self.entries("k = \(written)") == [TOMLEntry(key: "k", value: .text(meant), line: 1)])
    }

    @Test(arguments: [("+1", 1), ("-17", -17), ("0", 0), ("1_000", 1000), ("-0", 0)])
    func `a whole number is read`(_ written: String, _ meant: Int) throws {
        #expect(try self.entries("k = \(written)") == [TOMLEntry(key: "k", value: .integer(meant), line: 1)])
    }

    @Test(arguments: [
        "k = 01", "k = 1__0", "k = _1", "k = 1.5", "k = 1979-05-27", "k = 99999999999999999999", "k =", "k", "= 1",
        "k = \"a", "k = 'a", "k = 'a\nb'", "k = [1", "k = [1 2]", "k = [,]", "k = {a = 1}", "k = \"\"\"a\"\"\"",
        "k = '''a'''", "k = \"\\x\"", "k = \"\\uD800\"", "k = \"\\u+123\"", "k = 1 2", "[a", "[[a]]", "[a]\n[a]",
        "k = 1\nk = 2",
        "a = 1\n[a]", "k = yes", "k = [[1]]", "a b = 1", "k = \"a\u{7}b\"",
    ])
    func `what is not TOML, or is of the rest of TOML, is refused`(_ text: String) {
        #expect(throws: TOMLError.self) { try self.entries(text) }
    }

    @Test func `an error names its line`() {
        #expect(throws: TOMLError(line: 3, reason: "port lacks its =")) { try self.entries("a = 1\n\nport 4\n") }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: TOMLError.self) { try TOMLReader.entries(of: [0x61, 0xFF]) }
    }

    private func entries(_ text: String) throws -> [TOMLEntry] { try TOMLReader.entries(of: Array(text.utf8)) }
}
