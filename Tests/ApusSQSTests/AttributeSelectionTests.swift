import ApusService
import Testing

@testable import ApusSQS

@Suite struct AttributeSelectionTests {
    private let attributes = ["bar", "bar.a", "bar.b", "barn", "foo"].map { name in
        MessageAttribute(name: name, dataType: "String", value: .text("x"))
    }

    private func selected(_ names: [String]) throws -> [String] {
        try AttributeSelection(system: [], message: names).selected(self.attributes).map { $0.name }
    }

    @Test func `no message attribute is returned unless it is asked for`() throws {
        #expect(try self.selected([]) == [])
        #expect(try self.selected(["foo", "nothing"]) == ["foo"])
    }

    @Test(arguments: ["All", ".*"])
    func `one name asks for all`(name: String) throws {
        #expect(try self.selected([name]) == self.attributes.map { $0.name })
    }

    @Test func `a prefix followed by a period and a star asks for all that begin with it`() throws {
        #expect(try self.selected(["bar.*"]) == ["bar", "bar.a", "bar.b", "barn"])
    }

    @Test func `system attributes are named, or all of them`() throws {
        #expect(try AttributeSelection(system: ["SenderId", "SenderId"], message: []).system == [.senderID])
        #expect(try AttributeSelection(system: ["SenderId", "All"], message: []).system == SystemAttribute.allCases)
        #expect(throws: SQSError.invalidAttributeName("Unknown Attribute Foo.")) {
            try AttributeSelection(system: ["Foo"], message: [])
        }
    }
}
