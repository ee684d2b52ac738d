import Testing

@testable import ApusHTTP

/// Lines that came before are not read again; nobody may notice.
@Suite struct RecentFieldsTests {
    private let fields = RecentFields()

    private func read(_ line: String) throws(Refusal) -> FieldLine {
        try Array(line.utf8).withUnsafeBufferPointer { (bytes) throws(Refusal) in
            try self.fields.field(UnsafeRawBufferPointer(bytes))
        }
    }

    @Test func `a line says the same each time, and nothing of another that looks like it`() throws {
        // Equal in length, at both ends and in the middle.
        let lines = (0..<64).map { "X-Header: abcdefgh-\(10 + $0)-middle-\(99 - $0)-abcdefgh" }
        for _ in 0..<3 {
            for (index, line) in lines.enumerated() {
                let field = try self.read(line)
                #expect(field.name == "x-header")
                #expect(field.value == "abcdefgh-\(10 + index)-middle-\(99 - index)-abcdefgh")
            }
        }
    }

    @Test func `lines of any length are read`() throws {
        for _ in 0..<2 {
            for count in [0, 1, 2, 3, 4, 60, 300, 400, 5_000] {
                let value = String(repeating: "v", count: count)
                for name in ["a", "authorization", "x-amz-meta", "host"] {
                    let field = try self.read("\(name): \(value)")
                    #expect(field.name == name)
                    #expect(field.value == value)
                }
            }
        }
    }

    @Test func `what is malformed is refused each time`() {
        for _ in 0..<2 {
            for line in [
                "no colon at all", ": no name here", "bad name: value", "control: a\u{1}bcdefghijklm", "delete: \u{7F}",
            ] {
                #expect(throws: Refusal.self) { try self.read(line) }
            }
        }
    }

    @Test func `a control character is refused wherever it stands in a value, and a tab is not`() throws {
        for count in 1...24 {
            for place in 0..<count {
                var value = [UInt8](repeating: UInt8(ascii: "v"), count: count)
                for forbidden: UInt8 in [0x00, 0x01, 0x08, 0x0A, 0x1F, 0x7F] {
                    value[place] = forbidden
                    #expect(!value.withUnsafeBytes { LineBytes.mayBeValue($0) })
                }
                for allowed: UInt8 in [0x09, 0x20, 0x7E, 0x80, 0xFF] {
                    value[place] = allowed
                    #expect(value.withUnsafeBytes { LineBytes.mayBeValue($0) })
                }
            }
        }
    }
}
