import ApusBase
import ApusService
import ApusWire

/// A model read at run time, so that the suites' shapes go through the same readers and writers as generated ones.
/// Values are JSON: blobs are strings, timestamps numbers of seconds, as the suites have them.
final class DynamicModel {
    private let shapes: JSONObject
    private let speaksQuery: Bool
    private var tables: [String: MemberTable] = [:]

    init(_ shapes: JSONObject, speaksQuery: Bool) {
        self.shapes = shapes
        self.speaksQuery = speaksQuery
    }

    func shape(_ name: String) -> JSONValue { self.shapes[name] ?? .null }

    private func kind(_ name: String) -> String { self.shape(name)["type"]?.stringValue ?? "" }

    func members(_ name: String) -> [JSONObject.Member] { self.shape(name)["members"]?.objectValue?.members ?? [] }

    func table(_ name: String) -> MemberTable {
        if let table = self.tables[name] { return table }
        let payload = self.shape(name)["payload"]?.stringValue
        let table = MemberTable(self.members(name).map { self.member($0, payload: payload) })
        self.tables[name] = table
        return table
    }

    private func member(_ member: JSONObject.Member, payload: String?) -> Member {
        let target = member.value["shape"]?.stringValue ?? ""
        let wireName = member.value["locationName"]?.stringValue ?? self.shape(target)["locationName"]?.stringValue
        let location = self.location(member, target, wireName ?? member.name, payload: payload)
        let flattened = member.value["flattened"]?.boolValue
        let traits = self.collection(target, flattened: flattened)
        let inHeader = member.value["location"]?.stringValue == "header"
        return Member(
            self.speaksQuery || location != .body ? member.name : wireName ?? member.name, query: wireName, location,
            collection: traits,
            format: self.format(member.value, target) ?? (inHeader ? self.headerFormat(target) : .protocolDefault))
    }

    private func location(
        _ member: JSONObject.Member, _ target: String, _ wireName: String, payload: String?
    ) -> MemberLocation {
        if member.name == payload { return .payload }
        switch member.value["location"]?.stringValue {
        case "uri": return .uri(wireName)
        case "querystring": return self.kind(target) == "map" ? .queryMap : .query(wireName)
        case "header": return .header(wireName.lowercased())
        case "headers": return .prefixHeaders(wireName == member.name ? "" : wireName.lowercased())
        case "statusCode": return .statusCode
        default: return .body
        }
    }

    private func collection(_ name: String, flattened: Bool?) -> CollectionTraits? {
        let shape = self.shape(name)
        let isFlattened = flattened ?? shape["flattened"]?.boolValue ?? false
        func wireName(_ part: String, _ usual: String) -> String {
            shape[part]?["locationName"]?.stringValue ?? usual
        }
        func nested(_ part: String) -> CollectionTraits? {
            self.collection(shape[part]?["shape"]?.stringValue ?? "", flattened: nil)
        }
        switch self.kind(name) {
        case "list": return .list(wireName("member", "member"), flattened: isFlattened, of: nested("member"))
        case "map":
            return .map(wireName("key", "key"), wireName("value", "value"), flattened: isFlattened, of: nested("value"))
        default: return nil
        }
    }

    private func format(_ reference: JSONValue, _ target: String) -> TimestampFormat? {
        let shape = self.shape(target)
        switch reference["timestampFormat"]?.stringValue ?? shape["timestampFormat"]?.stringValue {
        case "unixTimestamp": return .epochSeconds
        case "iso8601": return .dateTime
        case "rfc822": return .httpDate
        default: break
        }
        let part = self.kind(target) == "list" ? "member" : "value"
        guard let inner = shape[part], let name = inner["shape"]?.stringValue else { return nil }
        return self.format(inner, name)
    }

    private func headerFormat(_ target: String) -> TimestampFormat {
        switch self.kind(target) {
        case "timestamp": .httpDate
        case "list": self.headerFormat(self.shape(target)["member"]?["shape"]?.stringValue ?? "")
        default: .protocolDefault
        }
    }

    // MARK: Reading

    func read<Reader: ShapeReader & ~Copyable>(_ name: String, from reader: inout Reader) throws(WireError) -> JSONValue
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

    func write<Writer: ShapeWriter & ~Copyable>(_ value: JSONValue, as name: String, to writer: inout Writer) {
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
