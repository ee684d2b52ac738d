internal import ApusBase
internal import ApusWire

/// Reads shapes from what `CanonicalWriter` writes.
struct CanonicalReader: ShapeReader, ~Copyable {
    private var json: JSONShapeReader

    init(_ bytes: [UInt8]) { self.json = JSONShapeReader(bytes) }

    mutating func beginStructure(_ table: MemberTable) throws(WireError) { try self.json.beginStructure(table) }
    mutating func nextMember(_ table: MemberTable) throws(WireError) -> Int? { try self.json.nextMember(table) }
    mutating func beginList() throws(WireError) { try self.json.beginList() }
    mutating func nextElement() throws(WireError) -> Bool { try self.json.nextElement() }
    mutating func beginMap() throws(WireError) { try self.json.beginMap() }
    mutating func nextKey() throws(WireError) -> String? { try self.json.nextKey() }
    mutating func readString() throws(WireError) -> String { try self.json.readString() }
    mutating func readBool() throws(WireError) -> Bool { try self.json.readBool() }
    mutating func readInteger() throws(WireError) -> Int { try self.json.readInteger() }
    mutating func readLong() throws(WireError) -> Int { try self.json.readLong() }
    mutating func readBlob() throws(WireError) -> [UInt8] { try self.json.readBlob() }
    mutating func readDocument() throws(WireError) -> JSONValue { try self.json.readDocument() }
    mutating func recordMissing(_ table: MemberTable, _ index: Int) { self.json.recordMissing(table, index) }

    mutating func readDouble() throws(WireError) -> Double {
        guard let bits = UInt64(try self.json.readString()) else { throw .serialization("no bits of a double") }
        return Double(bitPattern: bits)
    }

    mutating func readTimestamp() throws(WireError) -> Timestamp {
        Timestamp(milliseconds: Int64(try self.json.readLong()))
    }
}
