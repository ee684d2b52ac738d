/// `Name: value`: a field of a header or trailer, its name in lower case, its value without the white space around it.
struct FieldLine {
    let name: String
    let value: String

    /// A field that is checked already.
    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    init(_ line: UnsafeRawBufferPointer) throws(Refusal) {
        // A line that begins with white space would continue the one before it; its name has no token.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy(FieldName.isTokenByte)
        else { throw .malformed("invalid header field") }
        var start = colon + 1
        var end = line.count
        while start < end, LineBytes.isSpace(line[start]) { start += 1 }
        while end > start, LineBytes.isSpace(line[end - 1]) { end -= 1 }
        let value = UnsafeRawBufferPointer(rebasing: line[start..<end])
        guard LineBytes.mayBeValue(value) else { throw .malformed("invalid header field") }
        self.name = FieldName.lowercased(UnsafeRawBufferPointer(rebasing: line[..<colon]))
        self.value = String(decoding: value, as: UTF8.self)
    }
}
