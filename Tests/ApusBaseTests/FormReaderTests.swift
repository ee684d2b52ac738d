import ApusBase
import Testing

@Suite struct FormReaderTests {
    func fields(_ text: String) throws -> [FormReader.Field] { try FormReader.fields(of: Array(text.utf8)) }

    @Test func `fields come decoded and in their order`() throws {
        let fields = try fields("Action=SendMessage&MessageBody=a+b%3D%26%C3%A9&MessageBody=2&empty=&flag&x=1=2")
        #expect(fields.map(\.name) == ["Action", "MessageBody", "MessageBody", "empty", "flag", "x"])
        #expect(fields.map(\.value) == ["SendMessage", "a b=&é", "2", "", "", "1=2"])
    }

    @Test func `empty fields are passed over`() throws {
        #expect(try fields("") == [])
        #expect(try fields("&&") == [])
        #expect(try fields("&a=1&&b=2&") == [.init(name: "a", value: "1"), .init(name: "b", value: "2")])
        #expect(try fields("=v") == [.init(name: "", value: "v")])
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "%=1", "a=%+1"])
    func `a bad escape is an error`(text: String) {
        #expect(throws: FormError(offset: 0, reason: .invalidEscape)) { try self.fields(text) }
    }

    @Test func `bytes that are not UTF-8 are an error at their field`() {
        #expect(throws: FormError(offset: 4, reason: .invalidUTF8)) { try self.fields("a=1&b=%ff") }
        #expect(throws: FormError(offset: 0, reason: .invalidUTF8)) {
            try FormReader.fields(of: [0x61, 0x3d, 0xc3])
        }
    }
}
