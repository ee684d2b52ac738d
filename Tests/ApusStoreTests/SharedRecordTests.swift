import ApusBase
import ApusStore
import Testing

/// A record that readers share says the same to each of them.
@Suite struct SharedRecordTests {
    private struct Number: StoreValue, Equatable {
        var value: UInt64
        init(_ value: UInt64) { self.value = value }
        func encode(into writer: inout RecordWriter) { writer.uint(self.value) }
        init(from reader: inout RecordReader, version: UInt8) throws(RecordError) { self.value = try reader.readUInt() }
    }
    private struct Byte: StoreValue, Equatable {
        var value: UInt8
        func encode(into writer: inout RecordWriter) { writer.byte(self.value) }
        init(from reader: inout RecordReader, version: UInt8) throws(RecordError) { self.value = try reader.readByte() }
    }

    @Test func `each look gives the value, whoever looked first`() throws {
        let record = SharedRecord(Number(7).encoded)
        for _ in 0..<2 {
            #expect(try record.value(Number.self, tag: .storeFormat) == Number(7))
            #expect(try record.value(Byte.self, tag: .storeFormat)?.value == 7)
        }
    }

    @Test func `where there is nothing each look gives nothing`() throws {
        let record = SharedRecord(nil)
        for _ in 0..<2 { #expect(try record.value(Number.self, tag: .storeFormat) == nil) }
    }

    @Test func `a damaged record fails each look`() {
        let record = SharedRecord(Number(7).encoded + [0])
        for _ in 0..<2 {
            #expect(throws: StoreError.self) { try record.value(Number.self, tag: .storeFormat) }
        }
    }
}
