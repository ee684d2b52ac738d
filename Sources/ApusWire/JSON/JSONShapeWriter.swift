package import ApusBase

/// Writes shapes as JSON: the bodies of AWS JSON 1.0 and 1.1 and of REST-JSON.
package struct JSONShapeWriter: ShapeWriter, ~Copyable {
    private var json: JSONWriter
    private var timestampFormat: TimestampFormat = .protocolDefault

    package init(capacity: Int = 256) { self.json = JSONWriter(capacity: capacity) }

    package var bytes: [UInt8] { self.json.bytes }

    package mutating func beginStructure(_ table: MemberTable) { self.json.beginObject() }

    package mutating func member(_ table: MemberTable, _ index: Int) {
        self.timestampFormat = table.timestampFormats[index]
        self.json.key(table.members[index].name)
    }

    package mutating func endStructure() { self.json.endObject() }
    package mutating func beginList() { self.json.beginArray() }
    package mutating func element() {}
    package mutating func endList() { self.json.endArray() }
    package mutating func beginMap() { self.json.beginObject() }
    package mutating func key(_ key: String) { self.json.key(key) }
    package mutating func endMap() { self.json.endObject() }

    package mutating func write(_ value: String) { self.json.string(value) }
    package mutating func write(_ value: Bool) { self.json.bool(value) }
    package mutating func write(_ value: Int) { self.json.int(value) }
    package mutating func write(_ value: Double) { self.json.double(value) }
    package mutating func write(blob value: [UInt8]) { self.json.base64(value) }

    package mutating func write<Value: Transcoded>(transcoded value: Value) { value.write(to: &self.json) }

    package mutating func write(document value: JSONValue) { value.write(to: &self.json) }

    package mutating func write(_ value: Timestamp) {
        switch self.timestampFormat {
        case .protocolDefault, .epochSeconds: self.json.epochSeconds(value)
        case .dateTime, .httpDate: self.json.string(TimestampText.text(value, self.timestampFormat))
        }
    }
}
