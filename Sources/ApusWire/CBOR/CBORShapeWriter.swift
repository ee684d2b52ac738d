package import ApusBase

/// Writes shapes as CBOR: the bodies of RPC-v2-CBOR.
package struct CBORShapeWriter: ShapeWriter, ~Copyable {
    private var cbor: CBORWriter

    package init(capacity: Int = 256) { self.cbor = CBORWriter(capacity: capacity) }

    package var bytes: [UInt8] { self.cbor.bytes }

    package mutating func beginStructure(_ table: MemberTable) { self.cbor.beginMap() }
    package mutating func member(_ table: MemberTable, _ index: Int) { self.cbor.text(table.members[index].name) }
    package mutating func endStructure() { self.cbor.end() }
    package mutating func beginList() { self.cbor.beginArray() }
    package mutating func element() {}
    package mutating func endList() { self.cbor.end() }
    package mutating func beginMap() { self.cbor.beginMap() }
    package mutating func key(_ key: String) { self.cbor.text(key) }
    package mutating func endMap() { self.cbor.end() }

    package mutating func write(_ value: String) { self.cbor.text(value) }
    package mutating func write(_ value: Bool) { self.cbor.bool(value) }
    package mutating func write(_ value: Int) { self.cbor.int(value) }
    package mutating func write(_ value: Double) { self.cbor.double(value) }
    package mutating func write(blob value: [UInt8]) { self.cbor.byteString(value) }
    package mutating func write(_ value: Timestamp) { self.cbor.timestamp(value) }
    package mutating func write(document value: JSONValue) { self.cbor.write(value) }
}

extension CBORWriter {
    /// A JSON value as CBOR, as members of errors are kept.
    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: self.null()
        case .bool(let value): self.bool(value)
        case .number(let number):
            if let whole = number.int64Value { self.int(Int(whole)) } else { self.double(number.doubleValue) }
        case .string(let text): self.text(text)
        case .array(let elements):
            self.beginArray()
            for element in elements { self.write(element) }
            self.end()
        case .object(let object):
            self.beginMap()
            for member in object.members {
                self.text(member.name)
                self.write(member.value)
            }
            self.end()
        }
    }
}
