import ApusBase

/// JSON: what is read is the same when it was written and read again; skipping takes exactly what reading takes.
enum JSONTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        let value = try? JSONValue(parsing: bytes)
        var skipper = JSONReader(bytes)
        let isSkipped: Bool
        do throws(JSONError) {
            try skipper.skipValue()
            try skipper.finish()
            isSkipped = true
        } catch {
            isSkipped = false
        }
        try FuzzFailure.unless(isSkipped == (value != nil), "skipped: \(isSkipped), read: \(value != nil)")
        guard let value else { return }
        let written = value.bytes
        let again = try? JSONValue(parsing: written)
        try FuzzFailure.unless(again == value, "what was written reads differently: \(value.text)")
        try FuzzFailure.unless(again?.bytes == written, "what was read is written differently: \(value.text)")
        Self.convert(value)
    }

    /// Numbers and strings as whoever asks for them gets them.
    private static func convert(_ value: JSONValue) {
        switch value {
        case .number(let number): _ = (number.int64Value, number.doubleValue)
        case .string(let text): _ = Base64.decode(text)
        case .array(let elements): for element in elements { Self.convert(element) }
        case .object(let object): for member in object.members { Self.convert(member.value) }
        case .bool, .null: break
        }
    }
}
