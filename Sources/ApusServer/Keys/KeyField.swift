internal import ApusBase
internal import ApusStore

/// One field of a key, as its type names and reads it.
package struct KeyField: Sendable, Equatable {
    /// As in the key's type: `account`, `sequence`.
    package var name: String
    /// What is in the bytes: `text`, `8-byte number` …
    package var type: String
    /// For people.
    package var value: String
    /// Bytes of the key.
    package var count: Int

    package init(name: String, type: String, value: String, count: Int) {
        self.name = name
        self.type = type
        self.value = value
        self.count = count
    }

    /// The fields of a decoded key in their order, which is that of its type's properties: a test holds every type to it.
    static func fields(of key: any StoreKey) -> [KeyField] {
        Mirror(reflecting: key).children.map { child in
            let (type, value, count) = self.describe(child.value)
            return KeyField(name: child.label ?? "?", type: type, value: value, count: count)
        }
    }

    private static func describe(_ value: Any) -> (type: String, value: String, count: Int) {
        switch value {
        case let text as String: ("text", "\"\(self.printable(text))\"", self.encodedCount(text))
        case let time as Timestamp: ("time, milliseconds in 8 bytes", self.text(time), 8)
        case let id as BlobID: ("\(BlobID.byteCount) bytes", "\(id)", BlobID.byteCount)
        case let bytes as [UInt8]: ("bytes", Hex.encode(bytes), bytes.count)
        case let parts as [[UInt8]]:
            ("bytes in \(parts.count) parts", parts.map { Hex.encode($0) }.joined(separator: " "), self.encodedCount(parts))
        case let number as any FixedWidthInteger:
            ("\(number.bitWidth / 8)-byte number", "\(number)", number.bitWidth / 8)
        case let choice as any RawRepresentable:
            self.choice(choice, choice.rawValue)
        default: self.wrapper(value)
        }
    }

    private static func choice(_ choice: Any, _ raw: Any) -> (type: String, value: String, count: Int) {
        let (type, value, count) = self.describe(raw)
        return (type, "\(choice) (\(value))", count)
    }

    /// A value that is nothing but another with a type of its own, such as a queue's id.
    private static func wrapper(_ value: Any) -> (type: String, value: String, count: Int) {
        let children = Array(Mirror(reflecting: value).children)
        precondition(children.count == 1, "a key has a field of type \(Swift.type(of: value)), which nothing explains")
        return self.describe(children[0].value)
    }

    private static func encodedCount(_ text: String) -> Int {
        var encoder = KeyEncoder(tag: .timer)
        encoder.append(text)
        return encoder.bytes.count - 2
    }

    private static func encodedCount(_ parts: [[UInt8]]) -> Int {
        var encoder = KeyEncoder(tag: .timer)
        for part in parts { encoder.append(part) }
        return encoder.bytes.count - 2
    }

    private static func text(_ time: Timestamp) -> String {
        // Keys are also the ends of ranges, whose times are no dates.
        let isDate = (0...253_402_300_799_999).contains(time.milliseconds)
        return isDate ? "\(time.iso8601) (\(time.milliseconds))" : "\(time.milliseconds)"
    }

    /// Control characters would reach the terminal.
    private static func printable(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
    }
}
