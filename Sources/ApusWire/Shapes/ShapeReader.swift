package import ApusBase

/// Reads shapes from a request (or a stored message) in one wire protocol.
///
/// A structure is read as `beginStructure`, then `nextMember` until it answers nil; each answered member is read by
/// exactly one call before the next. Lists and maps likewise. Unknown members and nulls are skipped by the reader.
package protocol ShapeReader: ~Copyable {
    mutating func beginStructure(_ table: MemberTable) throws(WireError)
    /// The number in `table` of the next member that is present and not null; nil at the structure's end.
    mutating func nextMember(_ table: MemberTable) throws(WireError) -> Int?

    mutating func beginList() throws(WireError)
    /// Whether another element follows. Null elements are skipped.
    mutating func nextElement() throws(WireError) -> Bool

    mutating func beginMap() throws(WireError)
    /// The key of the next entry whose value is not null; nil at the map's end.
    mutating func nextKey() throws(WireError) -> String?

    mutating func readString() throws(WireError) -> String
    mutating func readBool() throws(WireError) -> Bool
    /// A 32-bit integer; other numbers throw.
    mutating func readInteger() throws(WireError) -> Int
    mutating func readLong() throws(WireError) -> Int
    mutating func readDouble() throws(WireError) -> Double
    mutating func readBlob() throws(WireError) -> [UInt8]
    /// In the format of the member that is being read.
    mutating func readTimestamp() throws(WireError) -> Timestamp
    /// Any JSON at all.
    mutating func readDocument() throws(WireError) -> JSONValue
    mutating func readTranscoded<Value: Transcoded>(_ type: Value.Type) throws(WireError) -> Value

    /// Notes that the required member `index` of the structure just read was absent.
    mutating func recordMissing(_ table: MemberTable, _ index: Int)
}

extension ShapeReader where Self: ~Copyable {
    /// The value, or `placeholder` after the required member was recorded as missing.
    package mutating func require<Value>(
        _ value: Value?, _ table: MemberTable, _ index: Int, _ placeholder: @autoclosure () -> Value
    ) -> Value {
        if let value { return value }
        self.recordMissing(table, index)
        return placeholder()
    }

    /// Refuses a union of which `count` members were present: it must have exactly one. Members that nobody knows do not
    /// count.
    package func checkUnion(_ count: Int) throws(WireError) {
        guard count == 1 else { throw .serialization("") }
    }

    package mutating func readStrings() throws(WireError) -> [String] {
        var list: [String] = []
        try self.beginList()
        while try self.nextElement() { list.append(try self.readString()) }
        return list
    }

    package mutating func readStructures<Element: Shape>(_ type: Element.Type) throws(WireError) -> [Element] {
        var list: [Element] = []
        try self.beginList()
        while try self.nextElement() { list.append(try Element(from: &self)) }
        return list
    }

    package mutating func readStringMap() throws(WireError) -> [String: String] {
        var map: [String: String] = [:]
        try self.beginMap()
        while let key = try self.nextKey() { map[key] = try self.readString() }
        return map
    }

    package mutating func readStructureMap<Value: Shape>(_ type: Value.Type) throws(WireError) -> [String: Value] {
        var map: [String: Value] = [:]
        try self.beginMap()
        while let key = try self.nextKey() { map[key] = try Value(from: &self) }
        return map
    }
}
