import ApusBase
import EventPattern
import Testing

@Suite struct HostilePatternTests {
    @Test func `a pattern has at most so many bytes`() {
        let error = #expect(throws: EventPatternError.self) {
            try EventPattern(#"{"a": [""# + String(repeating: "x", count: EventPatternLimits.patternBytes) + #""]}"#)
        }
        #expect(error?.reason == "Event pattern is too long")
    }

    @Test func `wildcards are counted`() {
        let text = String(repeating: "a*", count: EventPatternLimits.wildcards + 1)
        let error = #expect(throws: EventPatternError.self) {
            try EventPattern("{\"a\": [{\"wildcard\": \"\(text)\"}]}")
        }
        #expect(error?.reason.hasPrefix("Rule is too complex") == true)
    }

    @Test(.timeLimit(.minutes(1))) func `wildcards do not go back and forth`() throws {
        let wildcard = String(repeating: "*aaaaaaaaab", count: 200) + "*"
        let pattern = try EventPattern("{\"a\": [{\"wildcard\": \"\(wildcard)\"}]}")
        let event = "{\"a\": \"" + String(repeating: "a", count: 1 << 18) + "\"}"
        #expect(try !pattern.matches(Array(event.utf8)))
    }

    @Test(.timeLimit(.minutes(1))) func `alternatives are not multiplied out`() throws {
        let alternatives = (0..<60).map { "{\"$or\": [{\"a\($0)\": [1]}, {\"b\($0)\": [1]}]}" }
        // Sixty pairs, one inside another: 2^60 rules if they were multiplied.
        let text = alternatives.dropFirst().reduce(alternatives[0]) { inner, next in
            let number = next.count
            return "{\"$or\": [{\"x\(number)\": [1]}, {\"y\": [2]}], \"n\": \(inner)}"
        }
        let pattern = try EventPattern(text)
        #expect(try !pattern.matches(Array("{\"y\": 2, \"n\": {\"y\": 2}}".utf8)))
    }

    @Test func `deep patterns and deep events end in an answer`() throws {
        let deep = String(repeating: "{\"a\": ", count: 500) + "[1]" + String(repeating: "}", count: 500)
        let pattern = try EventPattern(deep)
        let event = String(repeating: "{\"a\": ", count: 500) + "1" + String(repeating: "}", count: 500)
        #expect(try pattern.matches(Array(event.utf8)))
        #expect(throws: EventPatternError.self) { try EventPattern(String(repeating: "{\"a\": ", count: 5000)) }
    }

    @Test func `many fields of one event are found in many tests`() throws {
        let fields = (0..<500).map { "\"f\($0)\": [\($0)]" }.joined(separator: ",")
        let values = (0..<2000).reversed().map { "\"f\($0)\": \($0)" }.joined(separator: ",")
        #expect(try EventPattern("{\(fields)}").matches(Array("{\(values)}".utf8)))
    }
}
