internal import ApusBase
internal import ApusWire

/// Writes shapes as JSON of one form, whatever protocol they came in: members by their names, timestamps in milliseconds,
/// doubles by their bits, as no text of them is the only one.
struct CanonicalWriter: ShapeWriter, ~Copyable {
    private var json = JSONWriter()

    var bytes: [UInt8] { self.json.bytes }

    mutating func beginStructure(_ table: MemberTable) { self.json.beginObject() }
    mutating func member(_ table: MemberTable, _ index: Int) { self.json.key(table.members[index].name) }
    mutating func endStructure() { self.json.endObject() }
    mutating func beginList() { self.json.beginArray() }
    mutating func element() {}
    mutating func endList() { self.json.endArray() }
    mutating func beginMap() { self.json.beginObject() }
    mutating func key(_ key: String) { self.json.key(key) }
    mutating func endMap() { self.json.endObject() }
    mutating func write(_ value: String) { self.json.string(value) }
    mutating func write(_ value: Bool) { self.json.bool(value) }
    mutating func write(_ value: Int) { self.json.int(value) }
    mutating func write(_ value: Double) { self.json.string(String(value.bitPattern)) }
    mutating func write(blob value: [UInt8]) { self.json.base64(value) }
    mutating func write(_ value: Timestamp) { self.json.int(value.milliseconds) }
    mutating func write(document value: JSONValue) { value.write(to: &self.json) }
}
