package import ApusBase

extension Item {
    /// Writes the item as the wire has it: `{"name":{"S":"text"}}`.
    package func write(to json: inout JSONWriter) { self.root.writeEntries(to: &json) }

    /// The item as JSON text.
    package var json: String {
        var writer = JSONWriter()
        self.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension ItemValue {
    /// Writes the value as the wire has it: `{"S":"text"}`.
    package func write(to json: inout JSONWriter) {
        var index = self.start
        ItemBytes.write(self.storage, valueAt: &index, to: &json)
    }

    /// The value as JSON text.
    package var json: String {
        var writer = JSONWriter(capacity: 64)
        self.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    func writeEntries(to json: inout JSONWriter) {
        let start = self.start + ItemBytes.containerHeader
        ItemBytes.write(self.storage, entriesFrom: start, to: self.end, json: &json)
    }
}

/// Straight from the bytes: pages of items are written, and a value for each attribute would cost more than its text.
extension ItemBytes {
    /// Writes the value at `index`, which is moved past it.
    static func write(_ bytes: [UInt8], valueAt index: inout Int, to json: inout JSONWriter) {
        let code = ValueCode(rawValue: bytes[index]) ?? .null
        json.beginObject()
        switch code {
        case .string, .number, .binary:
            index += 1
            let count = Self.length(bytes, at: &index)
            Self.write(bytes[index..<index + count], of: code, to: &json)
            index += count
        case .yes, .no:
            json.key("BOOL")
            json.bool(code == .yes)
            index += 1
        case .null:
            json.key("NULL")
            json.bool(true)
            index += 1
        case .stringSet, .numberSet, .binarySet, .list, .map:
            let start = index + Self.containerHeader
            index = start + Self.fixed(bytes, at: index + 1)
            Self.write(bytes, code, from: start, to: index, json: &json)
        }
        json.endObject()
    }

    /// Writes a map's content.
    static func write(_ bytes: [UInt8], entriesFrom start: Int, to end: Int, json: inout JSONWriter) {
        json.beginObject()
        var index = start
        while index < end {
            let count = Self.length(bytes, at: &index)
            json.key(utf8: bytes[index..<index + count])
            index += count
            Self.write(bytes, valueAt: &index, to: &json)
        }
        json.endObject()
    }

    private static func write(_ content: ArraySlice<UInt8>, of code: ValueCode, to json: inout JSONWriter) {
        switch code {
        case .string:
            json.key("S")
            json.string(utf8: content)
        case .number:
            json.key("N")
            Self.write(number: content, to: &json)
        default:
            json.key("B")
            json.base64(content)
        }
    }

    /// Writes a container.
    private static func write(_ bytes: [UInt8], _ code: ValueCode, from start: Int, to end: Int, json: inout JSONWriter)
    {
        switch code {
        case .map:
            json.key("M")
            return Self.write(bytes, entriesFrom: start, to: end, json: &json)
        case .list: json.key("L")
        case .stringSet: json.key("SS")
        case .numberSet: json.key("NS")
        default: json.key("BS")
        }
        json.beginArray()
        var index = start
        while index < end {
            if code == .list {
                Self.write(bytes, valueAt: &index, to: &json)
                continue
            }
            let count = Self.length(bytes, at: &index)
            let member = bytes[index..<index + count]
            index += count
            switch code {
            case .stringSet: json.string(utf8: member)
            case .numberSet: Self.write(number: member, to: &json)
            default: json.base64(member)
            }
        }
        json.endArray()
    }

    private static func write(number: ArraySlice<UInt8>, to json: inout JSONWriter) {
        var text: [UInt8] = []
        NumberCode.appendText(number, to: &text)
        json.string(utf8: text[...])
    }
}
