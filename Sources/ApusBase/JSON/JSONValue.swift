/// Any JSON value as a tree. For values whose shape nobody knows beforehand (policies, patterns, function payloads); what
/// has a shape is read with `JSONReader`, which is several times faster.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Reads one value and nothing after it. Of members of one name the last one counts.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        let value = try reader.readValue()
        try reader.finish()
        self = value
    }

    /// Reads one value and nothing after it. Of members of one name the last one counts.
    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }

    package func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let number): writer.number(number)
        case .string(let text): writer.string(text)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let object):
            writer.beginObject()
            for member in object.members {
                writer.key(member.name)
                member.value.write(to: &writer)
            }
            writer.endObject()
        }
    }

    /// The value as compact JSON text.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        self.write(to: &writer)
        return writer.bytes
    }

    /// The value as compact JSON text.
    package var text: String { String(decoding: self.bytes, as: UTF8.self) }
}

extension JSONValue {
    package var isNull: Bool { self == .null }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var numberValue: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// Nil for another kind, and for a number with a fraction or one that does not fit.
    package var int64Value: Int64? { self.numberValue?.int64Value }

    package var doubleValue: Double? { self.numberValue?.doubleValue }

    package var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The member `name` of an object; nil for another kind.
    package subscript(name: String) -> JSONValue? { self.objectValue?[name] }

    /// The element of an array; nil for another kind and past the end.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    package init(floatLiteral value: Double) { self = .number(JSONNumber(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral pairs: (String, JSONValue)...) { self = .object(JSONObject(pairs)) }
    package init(nilLiteral: ()) { self = .null }
}

extension JSONReader {
    /// The next value, whatever it is, as a tree. Of members of one name the last one counts.
    package mutating func readValue() throws(JSONError) -> JSONValue {
        switch try self.peek() {
        case .null:
            try self.readNull()
            return .null
        case .bool: return .bool(try self.readBool())
        case .number: return .number(JSONNumber(unchecked: try self.readNumberText()))
        case .string: return .string(try self.readString())
        case .array:
            var elements: [JSONValue] = []
            try self.beginArray()
            while try self.nextElement() { elements.append(try self.readValue()) }
            return .array(elements)
        case .object:
            var object = JSONObject()
            try self.beginObject()
            while let name = try self.nextKey() { object[name] = try self.readValue() }
            return .object(object)
        }
    }
}
