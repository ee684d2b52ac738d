package import ApusBase

/// JSON that has something else where a value's part was expected: a SerializationException.
package struct ItemFormatError: Error, Hashable, Sendable {
    package let json: JSONError
    /// What was expected, as AWS's messages have it ("NUMBER_VALUE cannot be converted to String"); nil where those say
    /// nothing of it.
    package let wanted: String?
}

/// Reads values from the wire's JSON, `{"S": "text"}`, into their stored form. No tree of values and no strings are made.
///
/// Members that are null count as absent and those of unknown names are passed, as in all of AWS's JSON protocols.
package enum ItemReader {
    private static let types: JSONNames = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]

    /// An object of values by name.
    package static func item(from json: inout JSONReader) throws(ItemFormatError) -> ItemInput {
        var writer = ItemWriter()
        writer.beginItem()
        var invalidName: String?
        do throws(JSONError) { try json.beginObject() } catch { throw ItemFormatError(json: error, wanted: nil) }
        while let name = try Self.nextName(&json) {
            writer.name(utf8: name)
            let wasValid = writer.error == nil
            if name.isEmpty { writer.fail(.emptyName) }
            if name.count > ItemLimits.attributeNameBytes { writer.fail(.longName) }
            try Self.value(from: &json, into: &writer)
            if wasValid, writer.error != nil { invalidName = String(decoding: name, as: UTF8.self) }
        }
        let error = writer.error
        return ItemInput(writer.endItem(), error: error, invalidName: invalidName)
    }

    /// One value.
    package static func value(from json: inout JSONReader) throws(ItemFormatError) -> ValueInput {
        var writer = ItemWriter(capacity: 64)
        try Self.value(from: &json, into: &writer)
        let error = writer.error
        return ValueInput(writer.takeValue(), error: error)
    }

    /// The name of the next member that is not null.
    private static func nextName(_ json: inout JSONReader) throws(ItemFormatError) -> ArraySlice<UInt8>? {
        do throws(JSONError) {
            while let name = try json.nextKeyUTF8() {
                if try !json.skipNull() { return name }
            }
            return nil
        } catch {
            throw ItemFormatError(json: error, wanted: nil)
        }
    }

    /// Recursion is bounded by the reader's depth.
    private static func value(
        from json: inout JSONReader, into writer: inout ItemWriter
    ) throws(ItemFormatError) {
        do throws(JSONError) { try json.beginObject() } catch { throw ItemFormatError(json: error, wanted: nil) }
        var found = 0
        while let type = try Self.nextType(&json) {
            let mark = writer.mark
            try Self.content(type, from: &json, into: &writer)
            found += 1
            if found > 1 { writer.drop(to: mark) }
        }
        switch found {
        case 0:
            writer.fail(.empty)
            writer.null()
        case 1: break
        default: writer.fail(.severalTypes)
        }
    }

    /// The index in `types` of the next member that is not null and known.
    private static func nextType(_ json: inout JSONReader) throws(ItemFormatError) -> Int? {
        do throws(JSONError) {
            while let type = try json.nextMember(of: Self.types) {
                if type == JSONNames.unknown {
                    try json.skipValue()
                } else if try !json.skipNull() {
                    return type
                }
            }
            return nil
        } catch {
            throw ItemFormatError(json: error, wanted: nil)
        }
    }

    private static func content(
        _ type: Int, from json: inout JSONReader, into writer: inout ItemWriter
    ) throws(ItemFormatError) {
        switch type {
        case 0: writer.string(utf8: try Self.utf8(&json))
        case 1: writer.number(utf8: try Self.utf8(&json))
        case 2: writer.binary(try Self.base64(&json))
        case 3: writer.bool(try Self.bool(&json))
        case 4:
            if try !Self.bool(&json) { writer.fail(.falseNull) }
            writer.null()
        case 5: try Self.set(.stringSet, from: &json, into: &writer)
        case 6: try Self.set(.numberSet, from: &json, into: &writer)
        case 7: try Self.set(.binarySet, from: &json, into: &writer)
        case 8:
            try Self.beginArray(&json)
            writer.begin(.list)
            while try Self.nextElement(&json) { try Self.value(from: &json, into: &writer) }
            writer.end()
        default:
            do throws(JSONError) { try json.beginObject() } catch { throw ItemFormatError(json: error, wanted: nil) }
            writer.begin(.map)
            while let name = try Self.nextName(&json) {
                writer.name(utf8: name)
                if name.count > ItemLimits.attributeNameBytes { writer.fail(.longName) }
                try Self.value(from: &json, into: &writer)
            }
            writer.end()
        }
    }

    private static func set(
        _ type: ValueType, from json: inout JSONReader, into writer: inout ItemWriter
    ) throws(ItemFormatError) {
        try Self.beginArray(&json)
        writer.begin(type)
        while try Self.nextElement(&json) {
            switch type {
            case .stringSet: writer.member(try Self.utf8(&json))
            case .numberSet: writer.member(number: try Self.utf8(&json))
            default: writer.member(try Self.base64(&json)[...])
            }
        }
        writer.end()
    }

    private static func beginArray(_ json: inout JSONReader) throws(ItemFormatError) {
        do throws(JSONError) { try json.beginArray() } catch { throw ItemFormatError(json: error, wanted: nil) }
    }

    private static func nextElement(_ json: inout JSONReader) throws(ItemFormatError) -> Bool {
        do throws(JSONError) {
            while try json.nextElement() {
                if try !json.skipNull() { return true }
            }
            return false
        } catch {
            throw ItemFormatError(json: error, wanted: nil)
        }
    }

    private static func utf8(_ json: inout JSONReader) throws(ItemFormatError) -> ArraySlice<UInt8> {
        do throws(JSONError) { return try json.readUTF8() } catch {
            throw ItemFormatError(json: error, wanted: "String")
        }
    }

    private static func base64(_ json: inout JSONReader) throws(ItemFormatError) -> [UInt8] {
        do throws(JSONError) { return try json.readBase64() } catch {
            throw ItemFormatError(json: error, wanted: "Blob")
        }
    }

    private static func bool(_ json: inout JSONReader) throws(ItemFormatError) -> Bool {
        do throws(JSONError) { return try json.readBool() } catch {
            throw ItemFormatError(json: error, wanted: "Boolean")
        }
    }
}

extension ItemInput {
    /// The item that JSON text is; for tests and tools.
    package init(json text: String) throws(ItemFormatError) {
        var reader = JSONReader(Array(text.utf8))
        self = try ItemReader.item(from: &reader)
        do throws(JSONError) { try reader.finish() } catch { throw ItemFormatError(json: error, wanted: nil) }
    }
}
