import ApusBase
import ApusWire
import Testing

@Suite struct MemberTableTests {
    @Test func `a member outside of the body may have the name of one in it`() throws {
        // API Gateway's PutIntegrationRequest: `httpMethod` in the path and, under another name of the model's, in the body.
        let table = MemberTable([Member("httpMethod", .uri("http_method")), Member("httpMethod")])
        var reader = JSONShapeReader(Array(#"{"httpMethod": "POST"}"#.utf8))
        try reader.beginStructure(table)
        #expect(try reader.nextMember(table) == 1)
        #expect(try reader.readString() == "POST")
        #expect(try reader.nextMember(table) == nil)
    }
}

@Suite struct XMLNumberTests {
    @Test func `minus zero keeps its sign in XML`() {
        var writer = XMLShapeWriter(XMLWriter())
        let table = MemberTable([Member("Value")])
        writer.beginStructure(table)
        writer.member(table, 0)
        writer.write(-0.0)
        writer.endStructure()
        #expect(String(decoding: writer.finish().bytes, as: UTF8.self) == "<Value>-0.0</Value>")
    }
}

@Suite struct MapKeyTests {
    @Test func `keys that are canonically equivalent are one key, the later`() throws {
        var reader = JSONShapeReader(Array(#"{"\u00e9": "composed", "e\u0301": "decomposed"}"#.utf8))
        #expect(try reader.readStringMap() == ["\u{e9}": "decomposed"])
    }
}
