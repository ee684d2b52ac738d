package import ApusBase

/// An event as a flat list of its values, in the order of the text: read once, asked by any number of patterns.
package struct EventTape: Sendable {
    enum Kind: Sendable { case object, array, string, number, literal }
    struct Node: Sendable {
        var kind: Kind
        /// Of a member its name, else empty; a range of `bytes`.
        var name: Range<Int>
        /// A range of `bytes`, empty for objects and arrays.
        var text: Range<Int>
        /// The node after this one and all it contains.
        var next: Int
    }
    private(set) var nodes: [Node] = []
    private(set) var bytes: [UInt8] = []

    package init() {}

    package var isEmpty: Bool { self.nodes.isEmpty }

    /// Puts an event, a JSON text, on the empty tape.
    ///
    /// Errors: it is no JSON; the tape is of no use then.
    package mutating func append(_ event: [UInt8]) throws(JSONError) {
        precondition(self.nodes.isEmpty, "a tape carries one event")
        var reader = JSONReader(event)
        self.bytes.reserveCapacity(event.count)
        try self.read(&reader, name: 0..<0)
        try reader.finish()
    }

    /// Puts an object with one member on the empty tape: `{"body": …}`, the JSON object or array that `text` is, or else
    /// `text` itself as a string.
    package init(member name: StaticString, text: [UInt8]) {
        let start = text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if start == UInt8(ascii: "{") || start == UInt8(ascii: "["), let tape = Self.json(name, text) {
            self = tape
            return
        }
        let member = self.root(name)
        self.nodes.append(Node(kind: .string, name: member, text: self.add(text), next: 2))
        self.nodes[0].next = 2
    }

    private static func json(_ name: StaticString, _ text: [UInt8]) -> EventTape? {
        var tape = EventTape()
        let member = tape.root(name)
        var reader = JSONReader(text)
        do throws(JSONError) {
            try tape.read(&reader, name: member)
            try reader.finish()
        } catch {
            return nil
        }
        tape.nodes[0].next = tape.nodes.count
        return tape
    }

    private mutating func root(_ name: StaticString) -> Range<Int> {
        self.nodes.append(Node(kind: .object, name: 0..<0, text: 0..<0, next: 1))
        return self.add(name.withUTF8Buffer { Array($0) })
    }

    private mutating func add(_ text: some Collection<UInt8>) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: text)
        return start..<self.bytes.count
    }

    private mutating func read(_ reader: inout JSONReader, name: Range<Int>) throws(JSONError) {
        let index = self.nodes.count
        self.nodes.append(Node(kind: .object, name: name, text: 0..<0, next: 0))
        switch try reader.peek() {
        case .object:
            try reader.beginObject()
            while let key = try reader.nextKey() {
                let name = self.add(key.utf8)
                try self.read(&reader, name: name)
            }
        case .array:
            self.nodes[index].kind = .array
            try reader.beginArray()
            while try reader.nextElement() { try self.read(&reader, name: 0..<0) }
        case .string: self.set(index, .string, try reader.readString())
        case .number: self.set(index, .number, try reader.readNumberText())
        case .bool: self.set(index, .literal, try reader.readBool() ? "true" : "false")
        case .null:
            try reader.readNull()
            self.set(index, .literal, "null")
        }
        self.nodes[index].next = self.nodes.count
    }

    private mutating func set(_ index: Int, _ kind: Kind, _ text: String) {
        self.nodes[index].kind = kind
        self.nodes[index].text = self.add(text.utf8)
    }
}
