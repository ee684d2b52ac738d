import ApusBase
import ApusService
import Testing

@testable import ApusSQS

@Suite struct MessageAttributeTests {
    private func text(_ name: String, _ value: String, type: String = "String") -> MessageAttribute {
        MessageAttribute(name: name, dataType: type, value: .text(value))
    }

    private func fault(_ attributes: [String: MessageAttributeValue]) -> String? {
        do throws(MessageFault) {
            _ = try MessageAttributeRules.checked(attributes)
            return nil
        } catch {
            return error.error.apiError?.message
        }
    }

    // Computed from the algorithm that AWS's developer guide describes, with Python's struct and hashlib.
    @Test func `the MD5 runs over length and bytes of name, type and value, with a byte for the value's kind`() {
        let texts = [
            self.text("my_attribute_name_1", "my_attribute_value_1"),
            self.text("my_attribute_name_2", "my_attribute_value_2"),
        ]
        #expect(Hex.encode(MessageAttribute.digest(texts)) == "c48838208d2b4e14e3ca0093a8443f09")
        let mixed = [
            MessageAttribute(name: "bin", dataType: "Binary.x", value: .binary([0, 255, 1])),
            self.text("n", "-12.5", type: "Number"),
        ]
        #expect(Hex.encode(MessageAttribute.digest(mixed)) == "50f439c0cb30ba225de49cf6bab098a9")
    }

    @Test func `attributes are kept in the order of their names`() throws {
        let checked = try MessageAttributeRules.checked([
            "b": MessageAttributeValue(dataType: "String", stringValue: "1"),
            "a": MessageAttributeValue(dataType: "Number", stringValue: "2"),
            "B": MessageAttributeValue(dataType: "Binary", binaryValue: [1]),
        ])
        #expect(checked.map { $0.name } == ["B", "a", "b"])
    }

    @Test func `there are at most ten`() {
        var attributes: [String: MessageAttributeValue] = [:]
        for index in 0..<11 { attributes["a\(index)"] = MessageAttributeValue(dataType: "String", stringValue: "x") }
        #expect(self.fault(attributes) == "Number of message attributes [11] exceeds the allowed maximum [10].")
        attributes["a0"] = nil
        #expect(self.fault(attributes) == nil)
    }

    @Test(arguments: ["String", "String.label", "Number", "Number.int", "Binary", "Binary.png"])
    func `types are String, Number and Binary, and may have a label`(type: String) {
        let value =
            type.hasPrefix("Binary")
            ? MessageAttributeValue(dataType: type, binaryValue: [1])
            : MessageAttributeValue(dataType: type, stringValue: "1")
        #expect(self.fault(["a": value]) == nil)
    }

    @Test(arguments: ["string", "Text", "Numbers", "Binaryx.y", ".String"])
    func `other types are refused`(type: String) {
        #expect(
            self.fault(["a": MessageAttributeValue(dataType: type, stringValue: "1")])
                == "The type of message (user) attribute 'a' is invalid. You must use only the following supported "
                + "type prefixes: Binary, Number, String.")
    }

    @Test func `a type and a value must not be empty`() {
        #expect(
            self.fault(["piyo": MessageAttributeValue(dataType: "String", stringValue: "")])
                == "Message (user) attribute 'piyo' must contain a non-empty value of type 'String'.")
        #expect(
            self.fault(["a": MessageAttributeValue(dataType: "Binary", stringValue: "x")])
                == "Message (user) attribute 'a' must contain a non-empty value of type 'Binary'.")
        #expect(
            self.fault(["a": MessageAttributeValue(dataType: "", stringValue: "x")])
                == "The message attribute 'a' must contain non-empty message attribute type.")
    }

    @Test(arguments: ["1", "-1", "+1.5", ".5", "1e10", "123456789012345678901234567890"])
    func `numbers are numbers`(text: String) {
        #expect(self.fault(["a": MessageAttributeValue(dataType: "Number", stringValue: text)]) == nil)
    }

    @Test(arguments: ["one", "1,5", "0x10", "inf", "nan", "1 ", "", "-"])
    func `what is no number is refused as one`(text: String) {
        #expect(self.fault(["a": MessageAttributeValue(dataType: "Number", stringValue: text)]) != nil)
    }

    @Test(arguments: [
        "", "a b", "ä", ".a", "a.", "a..b", "AWS.x", "aws.x", "Amazon.x", "aMaZoN.x",
        String(repeating: "n", count: 257),
    ])
    func `names follow the guide's rules`(name: String) {
        #expect(self.fault([name: MessageAttributeValue(dataType: "String", stringValue: "x")]) != nil)
    }

    @Test(arguments: ["a", "A-b_c.9", "AWS", "awsx.y", String(repeating: "n", count: 256)])
    func `all other names are allowed`(name: String) {
        #expect(self.fault([name: MessageAttributeValue(dataType: "String", stringValue: "x")]) == nil)
    }

    @Test func `lists are refused`() {
        #expect(self.fault(["a": MessageAttributeValue(dataType: "String", stringListValues: ["x"])]) != nil)
    }

    @Test func `the only system attribute is the trace header, a string`() throws {
        let trace = try MessageAttributeRules.traceHeader([
            "AWSTraceHeader": MessageSystemAttributeValue(dataType: "String", stringValue: "Root=1")
        ])
        #expect(trace?.value == .text("Root=1"))
        #expect(throws: MessageFault.self) {
            try MessageAttributeRules.traceHeader([
                "Other": MessageSystemAttributeValue(dataType: "String", stringValue: "x")
            ])
        }
        #expect(throws: MessageFault.self) {
            try MessageAttributeRules.traceHeader([
                "AWSTraceHeader": MessageSystemAttributeValue(dataType: "Number", stringValue: "1")
            ])
        }
    }
}
