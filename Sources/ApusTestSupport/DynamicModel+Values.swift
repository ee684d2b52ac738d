package import ApusBase
package import ApusWire

extension DynamicModel {
    // MARK: Reading

    /// Reads a value of the shape.
    package func read<Reader: ShapeReader & ~Copyable>(_ name: String, from reader: inout Reader) throws(WireError)
        -> JSONValue
    {
        let shape = self.shape(name)
        switch self.kind(name) {
        case "structure":
            if shape["document"]?.boolValue == true { return try reader.readDocument() }
            var pairs: [(String, JSONValue)] = []
            let table = self.table(name)
            let members = self.members(name)
            try reader.beginStructure(table)
            while let index = try reader.nextMember(table) {
                let target = members[index].value["shape"]?.stringValue ?? ""
                pairs.append((members[index].name, try self.read(target, from: &reader)))
            }
            if shape["union"]?.boolValue == true { try reader.checkUnion(pairs.count) }
            return .object(JSONObject(pairs))
        case "list":
            var elements: [JSONValue] = []
            try reader.beginList()
            while try reader.nextElement() {
                elements.append(try self.read(shape["member"]?["shape"]?.stringValue ?? "", from: &reader))
            }
            return .array(elements)
        case "map":
            var pairs: [(String, JSONValue)] = []
            try reader.beginMap()
            while let key = try reader.nextKey() {
                pairs.append((key, try self.read(shape["value"]?["shape"]?.stringValue ?? "", from: &reader)))
            }
            return .object(JSONObject(pairs))
        default: return try self.readScalar(self.kind(name), from: &reader)
        }
    }

    private func readScalar<Reader: ShapeReader & ~Copyable>(
        _ kind: String, from reader: inout Reader
    ) throws(WireError) -> JSONValue {
        switch kind {
        case "integer", "short", "byte": .number(JSONNumber(Int64(try reader.readInteger())))
        case "long": .number(JSONNumber(Int64(try reader.readLong())))
        case "float", "double": Self.json(try reader.readDouble())
        case "boolean": .bool(try reader.readBool())
        case "blob": .string(String(decoding: try reader.readBlob(), as: UTF8.self))
        case "timestamp": .number(JSONNumber(try reader.readTimestamp().epochSeconds))
        default: .string(try reader.readString())
        }
    }

    private static func json(_ value: Double) -> JSONValue {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "Infinity" : "-Infinity" }
        return .number(JSONNumber(value))
    }

    // MARK: Writing

    /// Writes a value as the shape.
    package func write<Writer: ShapeWriter & ~Copyable>(_ value: JSONValue, as name: String, to writer: inout Writer) {
        let shape = self.shape(name)
        switch self.kind(name) {
        case "structure":
            if shape["document"]?.boolValue == true { return writer.write(document: value) }
            let table = self.table(name)
            writer.beginStructure(table)
            for (index, member) in self.members(name).enumerated() {
                guard let content = value[member.name], !content.isNull else { continue }
                writer.member(table, index)
                self.write(content, as: member.value["shape"]?.stringValue ?? "", to: &writer)
            }
            writer.endStructure()
        case "list":
            writer.beginList()
            for element in value.arrayValue ?? [] {
                writer.element()
                self.write(element, as: shape["member"]?["shape"]?.stringValue ?? "", to: &writer)
            }
            writer.endList()
        case "map":
            writer.beginMap()
            for member in value.objectValue?.members ?? [] {
                writer.key(member.name)
                self.write(member.value, as: shape["value"]?["shape"]?.stringValue ?? "", to: &writer)
            }
            writer.endMap()
        default: self.writeScalar(value, self.kind(name), to: &writer)
        }
    }

    private func writeScalar<Writer: ShapeWriter & ~Copyable>(
        _ value: JSONValue, _ kind: String, to writer: inout Writer
    ) {
        switch kind {
        case "integer", "short", "byte", "long": writer.write(Int(value.int64Value ?? 0))
        case "float", "double": writer.write(value.doubleValue ?? Self.double(value.stringValue ?? ""))
        case "boolean": writer.write(value.boolValue ?? false)
        case "blob": writer.write(blob: Array((value.stringValue ?? "").utf8))
        case "timestamp": writer.write(Timestamp(seconds: value.doubleValue ?? 0))
        default: writer.write(value.stringValue ?? "")
        }
    }

    private static func double(_ text: String) -> Double {
        switch text {
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: .nan
        }
    }
}

extension DynamicModel {
    /// A JSON body without what the model lacks.
    package func known(_ value: JSONValue, of name: String) -> JSONValue {
        if let payload = self.shape(name)["payload"]?.stringValue,
            let member = self.members(name).first(where: { $0.name == payload })
        {
            return self.known(value, of: member.value["shape"]?.stringValue ?? "")
        }
        switch (self.kind(name), value) {
        case ("structure", .object(let object)) where self.shape(name)["document"] == nil:
            var known = JSONObject()
            for (index, member) in self.table(name).members.enumerated() {
                let target = self.members(name)[index].value["shape"]?.stringValue ?? ""
                known[member.name] = object[member.name].map { self.known($0, of: target) }
            }
            return .object(known)
        case ("list", .array(let elements)):
            let target = self.shape(name)["member"]?["shape"]?.stringValue ?? ""
            return .array(elements.map { self.known($0, of: target) })
        case ("map", .object(let object)):
            let target = self.shape(name)["value"]?["shape"]?.stringValue ?? ""
            return .object(JSONObject(object.members.map { ($0.name, self.known($0.value, of: target)) }))
        default: return value
        }
    }
}
