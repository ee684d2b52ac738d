import ApusBase
import Testing

@testable import DynamoDBItems

/// Bytes as they lie in data directories. They are read for ever: a change here needs a new version of the form.
@Suite struct GoldenBytesTests {
    @Test(arguments: [
        ("{}", "010b0000000000000000"),
        ("{\"a\":{\"S\":\"xy\"}}", "010b060000000100000001610102" + "7879"),
        ("{\"n\":{\"N\":\"-12.5\"}}", "010b0900000001000000016e0205" + "007c583265"),
        ("{\"b\":{\"B\":\"AP8=\"},\"t\":{\"BOOL\":true}}", "010b0900000002000000" + "0162030200ff" + "017405"),
        (
            "{\"l\":{\"L\":[{\"NULL\":true},{\"BOOL\":false}]}}",
            "010b0d00000001000000016c" + "0a0200000002000000" + "0604"
        ),
        ("{\"s\":{\"SS\":[\"b\",\"a\"]}}", "010b0f000000010000000173" + "070400000002000000" + "01610162"),
        ("{\"m\":{\"M\":{\"k\":{\"N\":\"0\"}}}}", "010b1000000001000000016d" + "0b0500000001000000" + "016b020101"),
    ])
    func `an item's bytes are what they were`(json: String, hex: String) throws {
        let item = try ItemInput(json: json).checked()
        #expect(Hex.encode(item.bytes) == hex)
        let bytes = try #require(Hex.decode(hex))
        #expect(try Item(stored: bytes).json == item.json)
    }

    @Test(arguments: [
        ("0", "01"), ("1", "02820b"), ("10", "02830b"), ("123", "02840d1f"), ("-1", "007d5a65"), ("1e125", "02ff0b"),
        ("1e-130", "02000b"),
    ])
    func `a number's bytes are what they were`(text: String, hex: String) throws {
        #expect(Hex.encode(try ItemNumber(text).encoded) == hex)
    }
}
