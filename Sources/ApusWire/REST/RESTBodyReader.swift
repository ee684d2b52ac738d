internal import ApusBase

/// What the bodies of a REST protocol are written in.
package enum RESTFormat: Sendable {
    case json, xml
}

/// Reads the body of a REST request in either format. Two readers side by side, of which one stays idle: that costs a
/// branch a call, where a generic reader would cost more wherever the compiler does not specialise it.
struct RESTBodyReader: ShapeReader, ~Copyable {
    private let format: RESTFormat
    private var json: JSONShapeReader
    private var xml: XMLShapeReader

    init(_ body: [UInt8], _ format: RESTFormat) {
        self.format = format
        self.json = JSONShapeReader(format == .json ? body : [])
        self.xml = XMLShapeReader(format == .xml ? body : [])
    }

    var trail: Trail { self.format == .json ? self.json.trail : self.xml.trail }

    /// Checks that nothing follows what was read; of XML that was checked when it was parsed.
    mutating func finish() throws(WireError) {
        if self.format == .json { try self.json.finish() }
    }

    /// Notes that what comes is the value of a member that is the whole body.
    mutating func enterPayload(_ table: MemberTable, _ index: Int) {
        if self.format == .json { return self.json.enterPayload(table, index) }
        self.xml.enterPayload(table, index)
    }

    /// Passes the value of the member just answered.
    mutating func skipValue() throws(WireError) {
        if self.format == .json { try self.json.skipValue() }
    }

    mutating func beginStructure(_ table: MemberTable) throws(WireError) {
        if self.format == .json { return try self.json.beginStructure(table) }
        try self.xml.beginStructure(table)
    }

    mutating func nextMember(_ table: MemberTable) throws(WireError) -> Int? {
        if self.format == .json { return try self.json.nextMember(table) }
        return try self.xml.nextMember(table)
    }

    mutating func beginList() throws(WireError) {
        if self.format == .json { return try self.json.beginList() }
        try self.xml.beginList()
    }

    mutating func nextElement() throws(WireError) -> Bool {
        if self.format == .json { return try self.json.nextElement() }
        return try self.xml.nextElement()
    }

    mutating func beginMap() throws(WireError) {
        if self.format == .json { return try self.json.beginMap() }
        try self.xml.beginMap()
    }

    mutating func nextKey() throws(WireError) -> String? {
        if self.format == .json { return try self.json.nextKey() }
        return try self.xml.nextKey()
    }

    mutating func recordMissing(_ table: MemberTable, _ index: Int) {
        if self.format == .json { return self.json.recordMissing(table, index) }
        self.xml.recordMissing(table, index)
    }

    mutating func readString() throws(WireError) -> String {
        if self.format == .json { return try self.json.readString() }
        return try self.xml.readString()
    }

    mutating func readBool() throws(WireError) -> Bool {
        if self.format == .json { return try self.json.readBool() }
        return try self.xml.readBool()
    }

    mutating func readInteger() throws(WireError) -> Int {
        if self.format == .json { return try self.json.readInteger() }
        return try self.xml.readInteger()
    }

    mutating func readLong() throws(WireError) -> Int {
        if self.format == .json { return try self.json.readLong() }
        return try self.xml.readLong()
    }

    mutating func readDouble() throws(WireError) -> Double {
        if self.format == .json { return try self.json.readDouble() }
        return try self.xml.readDouble()
    }

    mutating func readBlob() throws(WireError) -> [UInt8] {
        if self.format == .json { return try self.json.readBlob() }
        return try self.xml.readBlob()
    }

    mutating func readTimestamp() throws(WireError) -> Timestamp {
        if self.format == .json { return try self.json.readTimestamp() }
        return try self.xml.readTimestamp()
    }

    mutating func readDocument() throws(WireError) -> JSONValue {
        if self.format == .json { return try self.json.readDocument() }
        return try self.xml.readDocument()
    }
}
