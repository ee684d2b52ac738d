import ApusBase
import ApusTestSupport
import ApusWire
import Testing

/// Unions in requests: exactly one member, whatever the protocol (Smithy, "Union type").
@Suite struct UnionTests {
    private static let shapes: JSONObject = [
        "Input": ["type": "structure", "members": ["choice": ["shape": "Choice"]]],
        "Choice": [
            "type": "structure", "union": true, "members": ["text": ["shape": "Text"], "number": ["shape": "Number"]],
        ],
        "Text": ["type": "string"], "Number": ["type": "integer"],
    ]

    @Test(arguments: [
        (#"{"choice":{"text":"a"}}"#, true), (#"{"choice":{"text":null,"number":1,"__type":"x"}}"#, true), ("{}", true),
        (#"{"choice":{}}"#, false), (#"{"choice":{"text":"a","number":1}}"#, false), (#"{"choice":{"new":1}}"#, false),
    ])
    func `a union in JSON has one member`(body: String, isRead: Bool) {
        let model = DynamicModel(Self.shapes, .json10)
        var reader = JSONShapeReader(Array(body.utf8))
        #expect(((try? model.read("Input", from: &reader)) != nil) == isRead)
    }

    @Test(arguments: [
        ("<I><choice><text>a</text></choice></I>", true), ("<I/>", true), ("<I><choice/></I>", false),
        ("<I><choice><text>a</text><number>1</number></choice></I>", false),
    ])
    func `a union in XML has one member`(body: String, isRead: Bool) {
        let model = DynamicModel(Self.shapes, .restXML)
        var reader = XMLShapeReader(Array(body.utf8))
        #expect(((try? model.read("Input", from: &reader)) != nil) == isRead)
    }
}
