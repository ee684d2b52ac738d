internal import ApusBase

/// A pattern's JSON, each value with its place in the text, for errors.
struct PatternNode {
    struct Member {
        var name: String
        /// The byte after the name.
        var offset: Int
        var value: PatternNode
    }
    enum Content {
        case object([Member])
        case array([PatternNode])
        case string(String)
        /// As it is written.
        case number(String)
        /// `true`, `false`, `null`.
        case literal(String)
    }
    var content: Content
    /// The byte after the value, or after the bracket that opens it.
    var offset: Int
    /// The byte after the value.
    var end: Int

    init(_ reader: inout JSONReader) throws(JSONError) {
        switch try reader.peek() {
        case .object:
            try reader.beginObject()
            self.offset = reader.offset
            var members: [Member] = []
            while let name = try reader.nextKey() {
                let offset = reader.offset
                members.append(Member(name: name, offset: offset, value: try PatternNode(&reader)))
            }
            self.content = .object(members)
        case .array:
            try reader.beginArray()
            self.offset = reader.offset
            var elements: [PatternNode] = []
            while try reader.nextElement() { elements.append(try PatternNode(&reader)) }
            self.content = .array(elements)
        case .string:
            self.content = .string(try reader.readString())
            self.offset = reader.offset
        case .number:
            self.content = .number(try reader.readNumberText())
            self.offset = reader.offset
        case .bool:
            self.content = .literal(try reader.readBool() ? "true" : "false")
            self.offset = reader.offset
        case .null:
            try reader.readNull()
            self.content = .literal("null")
            self.offset = reader.offset
        }
        self.end = reader.offset
    }
}
