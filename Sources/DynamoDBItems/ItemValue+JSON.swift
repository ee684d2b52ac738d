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
        json.beginObject()
        switch self.code {
        case .string:
            json.key("S")
            json.string(utf8: self.content)
        case .number:
            json.key("N")
            Self.write(number: self.content, to: &json)
        case .binary:
            json.key("B")
            json.base64(self.content)
        case .yes, .no:
            json.key("BOOL")
            json.bool(self.code == .yes)
        case .null:
            json.key("NULL")
            json.bool(true)
        case .stringSet, .numberSet, .binarySet: self.writeSet(to: &json)
        case .list:
            json.key("L")
            json.beginArray()
            for element in self.elements { element.write(to: &json) }
            json.endArray()
        case .map:
            json.key("M")
            self.writeEntries(to: &json)
        }
        json.endObject()
    }

    /// The value as JSON text.
    package var json: String {
        var writer = JSONWriter(capacity: 64)
        self.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    func writeEntries(to json: inout JSONWriter) {
        json.beginObject()
        for (name, value) in self.entries {
            json.key(utf8: name)
            value.write(to: &json)
        }
        json.endObject()
    }

    private func writeSet(to json: inout JSONWriter) {
        switch self.code {
        case .stringSet: json.key("SS")
        case .numberSet: json.key("NS")
        default: json.key("BS")
        }
        json.beginArray()
        for member in self.members {
            switch self.code {
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
