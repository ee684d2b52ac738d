import ApusBase
import EventPattern
import Testing

/// The examples of AWS's user guide (eb-create-pattern-operators, eb-pattern-values), and the wordings of aws/event-ruler.
@Suite struct EventPatternTests {
    @Test(arguments: CaseFile.read("operators"))
    func `a documented pattern matches what AWS says and nothing else`(example: JSONValue) throws {
        let pattern = try EventPattern(try #require(example["pattern"]).text)
        for event in try #require(example["matches"]?.arrayValue) {
            #expect(try pattern.matches(event.bytes), "\(example.text("about")): \(event.text)")
        }
        for event in try #require(example["misses"]?.arrayValue) {
            #expect(try !pattern.matches(event.bytes), "\(example.text("about")): \(event.text)")
        }
    }

    @Test(arguments: CaseFile.read("errors"))
    func `a bad pattern is refused in AWS's words`(example: JSONValue) {
        let error = #expect(throws: EventPatternError.self) { try EventPattern(example.text("pattern")) }
        #expect(error?.reason == example.text("reason"))
    }

    @Test func `an error says where it is`() {
        let error = #expect(throws: EventPatternError.self) { try EventPattern(#"{"source":"x"}"#) }
        #expect(
            error?.description
                == "Event pattern is not valid. Reason: \"source\" must be an object or an array\n"
                + " at [Source: (String)\"{\"source\":\"x\"}\"; line: 1, column: 14]")
        let second = #expect(throws: EventPatternError.self) { try EventPattern("{\n \"a\": {}\n}") }
        #expect(second?.line == 2)
        let long = #expect(throws: EventPatternError.self) {
            try EventPattern("[" + String(repeating: " ", count: 600))
        }
        #expect(long?.description.contains("\"[truncated 101 chars]") == true)
    }

    @Test(arguments: ["", "{", "{\"a\":}", "{\"a\": [1]} x", "nope"])
    func `what is no JSON is no pattern`(text: String) {
        let error = #expect(throws: EventPatternError.self) { try EventPattern(text) }
        #expect(error?.description.hasPrefix("Event pattern is not valid. Reason: ") == true)
    }

    @Test func `an event that is no JSON is told apart from one that does not match`() throws {
        let pattern = try EventPattern(#"{"a": [1]}"#)
        #expect(throws: JSONError.self) { try pattern.matches(Array("{".utf8)) }
        #expect(try !pattern.matches(Array("1".utf8)))
    }

    @Test func `texts are equal when their characters are, not when they look equal`() throws {
        let pattern = try EventPattern("{\"a\": [\"\u{E9}\"], \"\u{E9}\": [1]}")
        #expect(try pattern.matches(Array("{\"a\": \"\u{E9}\", \"\u{E9}\": 1}".utf8)))
        #expect(try !pattern.matches(Array("{\"a\": \"e\u{301}\", \"\u{E9}\": 1}".utf8)))
        #expect(try !pattern.matches(Array("{\"a\": \"\u{E9}\", \"e\u{301}\": 1}".utf8)))
    }

    @Test func `a field that another object of the list has is not absent`() throws {
        let pattern = try EventPattern(#"{"a": {"x": [{"exists": false}], "y": [2]}}"#)
        #expect(try pattern.matches(Array(#"{"a": [{"z": 1}, {"y": 2}]}"#.utf8)))
        #expect(try !pattern.matches(Array(#"{"a": [{"x": 1}, {"y": 2}]}"#.utf8)))
    }

    @Test func `a member is JSON where it is an object, and else a text`() throws {
        let json = try EventPattern(#"{"body": {"RequestCode": ["BBBB"]}}"#)
        let text = try EventPattern(#"{"body": ["BBBB"]}"#)
        func tape(_ body: String) -> EventTape { EventTape(member: "body", text: Array(body.utf8)) }
        #expect(json.matches(tape(#" {"RequestCode": "BBBB"}"#)))
        #expect(!json.matches(tape(#"{"RequestCode": "AAAA"}"#)))
        #expect(!json.matches(tape("BBBB")))
        #expect(!json.matches(tape(#"{"RequestCode": "BBBB""#)))
        #expect(text.matches(tape("BBBB")))
        #expect(!text.matches(tape(#"{"RequestCode": "BBBB"}"#)))
    }
}
