import LogPattern
import Testing

/// What the documentation leaves open, and how it is decided here.
@Suite struct MatchingTests {
    private func matches(_ pattern: String, _ message: String) throws -> Bool {
        try LogPattern(pattern).matches(message)
    }

    @Test func `question marks count for nothing beside excluded terms too`() throws {
        #expect(try self.matches("?ERROR -WARN", "INFO"))
        #expect(try !self.matches("?ERROR -WARN", "ERROR WARN"))
    }

    @Test func `terms may overlap, contain each other and come twice`() throws {
        #expect(try self.matches("abab baba abab", "ababa"))
        #expect(try self.matches("he she hers", "ushers"))
        #expect(try !self.matches("he -she hers", "ushers"))
        #expect(try !self.matches("he she none", "he ushers"))
        #expect(try self.matches("?xyz ?she", "ushers"))
        #expect(try !self.matches("aab", "abaaacaa"))
    }

    @Test func `signs go before phrases, and quotes in phrases are escaped`() throws {
        #expect(try self.matches(#"-"a b""#, "a  b"))
        #expect(try !self.matches(#"-"a b""#, "xa bx"))
        #expect(try self.matches(#"?"a b" ?c"#, "c"))
        #expect(try self.matches(#""say \"x\"""#, #"they say "x" now"#))
    }

    @Test func `letters beyond ASCII need no quotes in terms, and do in values`() throws {
        #expect(try self.matches("über", "die überschrift"))
        #expect(throws: LogPatternError.characters(term: "über")) { try LogPattern("{ $.a = über }") }
        #expect(try self.matches(#"{ $.a = "über" }"#, #"{"a":"über"}"#))
    }

    @Test func `a property that is not there compares with nothing`() throws {
        #expect(try !self.matches("{ $.a != 1 }", #"{"b":1}"#))
        #expect(try !self.matches("{ $.a = * }", #"{"b":1}"#))
        #expect(try self.matches("{ $.a.b NOT EXISTS }", #"{"a":1}"#))
    }

    @Test func `booleans and null are tested with IS only`() throws {
        #expect(try !self.matches("{ $.a = true }", #"{"a":true}"#))
        #expect(try self.matches("{ $.a IS FALSE }", #"{"a":false}"#))
        #expect(try !self.matches("{ $.a IS TRUE }", #"{"a":"true"}"#))
    }

    @Test func `numbers compare as numbers, and texts with numbers as texts`() throws {
        #expect(try self.matches("{ $.a = 400 }", #"{"a":4e2}"#))
        #expect(try self.matches("{ $.a = 400 }", #"{"a":"400"}"#))
        #expect(try !self.matches("{ $.a = 400 }", #"{"a":"400.0"}"#))
        #expect(try !self.matches("{ $.a > 1 }", #"{"a":"2"}"#))
        #expect(try self.matches("[a > -1.5]", "-1"))
        #expect(try !self.matches("[a > 1]", "0x10"))
        #expect(try !self.matches("[a > 1]", "inf"))
    }

    @Test func `an asterisk within a text is itself`() throws {
        #expect(try self.matches("{ $.a = Ev*ent }", #"{"a":"Ev*ent"}"#))
        #expect(try !self.matches("{ $.a = Ev*ent }", #"{"a":"Evident"}"#))
    }

    @Test func `a wildcard selector needs one value that fits`() throws {
        #expect(try self.matches("{ $.a[*].b != 1 }", #"{"a":[{"b":1},{"b":2}]}"#))
        #expect(try !self.matches("{ $.a[*].b != 1 }", #"{"a":[{"b":1}]}"#))
        #expect(try self.matches("{ $.* IS NULL }", #"{"a":1,"b":null}"#))
    }

    @Test func `names in brackets may hold anything`() throws {
        #expect(try self.matches(#"{ $.['a b'].["c'd"][0] = 1 }"#, #"{"a b":{"c'd":[1]}}"#))
        #expect(try self.matches("{ $['a.b'] = 1 }", #"{"a.b":1}"#))
    }

    @Test func `brackets and quotes that do not close are characters`() throws {
        #expect(try LogPattern("[a, b]").values(in: "[x y") == ["$a": "[x", "$b": "y"])
        #expect(try LogPattern("[a, b]").values(in: "\"x y") == ["$a": "\"x", "$b": "y"])
        #expect(try LogPattern("[a]").values(in: #""x \" y""#) == ["$a": #"x \" y"#])
    }

    @Test func `the last place takes what is left, and tabs separate as spaces do`() throws {
        let pattern = try LogPattern(#"[timestamp=*Z, request_id="*-*", event]"#)
        #expect(
            pattern.values(in: "2026-01-01T00:00:00.000Z\t26d5ad0f-1\tINFO  {\"a\": 1}\n")
                == [
                    "$timestamp": "2026-01-01T00:00:00.000Z", "$request_id": "26d5ad0f-1",
                    "$event": "INFO  {\"a\": 1}",
                ])
        #expect(pattern.values(in: "START RequestId: 26d5ad0f-1 Version: $LATEST") == nil)
        #expect(try LogPattern("[a]").values(in: "") == nil)
    }

    @Test func `places after the ellipsis count from the end`() throws {
        #expect(try LogPattern("[a, ..., z]").values(in: "1 2 3 4") == ["$a": "1", "$2": "2", "$3": "3", "$z": "4"])
        #expect(try LogPattern("[a, ..., z]").values(in: "1 2") == ["$a": "1", "$z": "2"])
        #expect(try LogPattern("[a, ..., z]").values(in: "1") == nil)
    }

    @Test func `JSON values are found under their selectors`() throws {
        let pattern = try LogPattern("{ $.a.b[0] = x && $.n > 1 && $.c[*] = * }")
        #expect(pattern.values(in: #"{"a":{"b":["x"]},"n":2.50,"c":[1]}"#) == ["$.a.b[0]": "x", "$.n": "2.50"])
    }
}
