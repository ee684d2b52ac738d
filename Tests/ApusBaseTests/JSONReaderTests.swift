import ApusBase
import Testing

@Suite struct JSONReaderTests {
    @Test func `members are told apart by a table of names`() throws {
        let names: JSONNames = ["QueueUrl", "MessageBody", "DelaySeconds"]
        var reader = JSONReader(
            Array(#" {"DelaySeconds": 5, "x":[1,{}], "Message\u0042ody":"a\nb" , "QueueUrl":""} "#.utf8))
        var seen: [Int] = []
        var body = ""
        try reader.beginObject()
        while let member = try reader.nextMember(of: names) {
            seen.append(member)
            if member == 1 { body = try reader.readString() } else { try reader.skipValue() }
        }
        try reader.finish()
        #expect(seen == [2, -1, 1, 0])
        #expect(body == "a\nb")
    }

    @Test func `a tree reads back as it was written`() throws {
        let text = #"{"a":[1,-2.5e3,true,false,null,"é😀\"\\\u0001"],"b":{"c":{}},"d":[]}"#
        #expect(try JSONValue(parsing: text).text == text)
    }
}
