/// Reads `application/x-www-form-urlencoded`: fields between `&`, names and values between the first `=`, `+` for a space.
///
/// Empty fields (`a=1&&b=2`) are passed over; a field without `=` has an empty value.
package struct FormReader: Sendable {
    /// One field, decoded.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private let bytes: [UInt8]
    private var index = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All fields in their order; a name may come more than once.
    package static func fields(of bytes: [UInt8]) throws(FormError) -> [Field] {
        var reader = FormReader(bytes)
        var fields: [Field] = []
        while let field = try reader.next() { fields.append(field) }
        return fields
    }

    /// The next field, or nil at the end.
    package mutating func next() throws(FormError) -> Field? {
        while self.index < self.bytes.count, self.bytes[self.index] == UInt8(ascii: "&") { self.index += 1 }
        guard self.index < self.bytes.count else { return nil }
        let start = self.index
        var equals: Int?
        while self.index < self.bytes.count, self.bytes[self.index] != UInt8(ascii: "&") {
            if equals == nil, self.bytes[self.index] == UInt8(ascii: "=") { equals = self.index }
            self.index += 1
        }
        let nameEnd: Int = equals ?? self.index
        let name = try self.text(start..<nameEnd, field: start)
        let value = try equals.map { (equals) throws(FormError) in try self.text(equals + 1..<self.index, field: start)
        }
        return Field(name: name, value: value ?? "")
    }

    private func text(_ range: Range<Int>, field: Int) throws(FormError) -> String {
        guard let decoded = PercentEncoding.decode(bytes: self.bytes[range], plus: .space) else {
            throw FormError(offset: field, reason: .invalidEscape)
        }
        guard let text = String(utf8: decoded) else {
            throw FormError(offset: field, reason: .invalidUTF8)
        }
        return text
    }
}
