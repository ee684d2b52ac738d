package import ApusBase

/// Reads shapes from the parameters of a Query request.
package struct QueryShapeReader: ShapeReader, ~Copyable {
    private enum Frame {
        /// The node, and the number of the member to look for next.
        case structure(node: Int, next: Int)
        /// The nodes of the elements that are left, and how they look when they are collections.
        case list(elements: ArraySlice<Int>, nested: CollectionTraits?)
        case map(entries: ArraySlice<Int>, traits: CollectionTraits, name: String)
    }

    private let form: QueryForm
    private var frames: [Frame] = []
    /// The node of the value that is read next, and what is known of it.
    private var node: Int
    private var collection: CollectionTraits?
    private var name = ""
    private var timestampFormat: TimestampFormat = .protocolDefault
    private(set) var trail = Trail()

    package init(_ form: QueryForm) {
        self.form = form
        self.node = form.rootNode
    }

    package mutating func beginStructure(_ table: MemberTable) throws(WireError) {
        self.frames.append(.structure(node: self.node, next: 0))
        self.trail.enterStructure(table)
    }

    package mutating func nextMember(_ table: MemberTable) throws(WireError) -> Int? {
        guard case .structure(let node, var next)? = self.frames.popLast() else { return nil }
        while next < table.members.count {
            let member = table.members[next]
            next += 1
            guard let child = self.form.child(node, member.queryName) else { continue }
            self.frames.append(.structure(node: node, next: next))
            self.node = child
            self.collection = member.collection
            self.name = member.queryName
            self.timestampFormat = member.timestampFormat
            self.trail.advance(table, next - 1)
            return next - 1
        }
        self.trail.leave()
        return nil
    }

    /// The elements stand under the member itself when flattened, else under `member` or what the model calls it.
    package mutating func beginList() throws(WireError) {
        let traits = self.collection
        let isFlattened = traits?.isFlattened ?? false
        let parent = isFlattened ? self.node : self.form.child(self.node, traits?.elementName ?? "member")
        let elements = parent.map { self.form.numbered($0) } ?? []
        self.frames.append(.list(elements: elements[...], nested: traits?.nested))
        self.trail.enterList()
    }

    package mutating func nextElement() throws(WireError) -> Bool {
        guard case .list(var elements, let nested)? = self.frames.popLast() else { return false }
        guard let element = elements.popFirst() else {
            self.trail.leave()
            return false
        }
        self.frames.append(.list(elements: elements, nested: nested))
        self.node = element
        self.collection = nested
        self.trail.advanceElement()
        return true
    }

    package mutating func beginMap() throws(WireError) {
        let traits = self.collection ?? .map()
        let parent = traits.isFlattened ? self.node : self.form.child(self.node, "entry")
        let entries = parent.map { self.form.numbered($0) } ?? []
        self.frames.append(.map(entries: entries[...], traits: traits, name: self.name))
        self.trail.enterMap()
    }

    package mutating func nextKey() throws(WireError) -> String? {
        guard case .map(var entries, let traits, let name)? = self.frames.popLast() else { return nil }
        guard let entry = entries.popFirst() else {
            self.trail.leave()
            return nil
        }
        self.frames.append(.map(entries: entries, traits: traits, name: name))
        guard let key = self.form.child(entry, traits.keyName).flatMap({ self.form.value($0) }) else {
            throw .missingParameter("\(name).\(traits.keyName)")
        }
        guard let value = self.form.child(entry, traits.elementName) else {
            throw .missingParameter("\(name).\(traits.elementName)")
        }
        self.node = value
        self.collection = traits.nested
        self.trail.advance(key: key)
        return key
    }

    package mutating func recordMissing(_ table: MemberTable, _ index: Int) {
        self.trail.recordMissing(table.members[index])
    }

    // MARK: Values

    package mutating func readString() throws(WireError) -> String {
        guard let value = self.form.value(self.node) else {
            throw .serialization("Start of structure or map found where not expected.")
        }
        return value
    }

    package mutating func readBool() throws(WireError) -> Bool {
        try ScalarText.bool(try self.readString())
    }

    package mutating func readInteger() throws(WireError) -> Int {
        try ScalarText.integer(try self.readString())
    }

    package mutating func readLong() throws(WireError) -> Int {
        try ScalarText.long(try self.readString())
    }

    package mutating func readDouble() throws(WireError) -> Double {
        try ScalarText.double(try self.readString())
    }

    package mutating func readBlob() throws(WireError) -> [UInt8] {
        guard let bytes = Base64.decode(try self.readString()) else { throw .serialization("") }
        return bytes
    }

    /// Query has no documents.
    package mutating func readDocument() throws(WireError) -> JSONValue { .string(try self.readString()) }

    package mutating func readTimestamp() throws(WireError) -> Timestamp {
        try TimestampText.parse(try self.readString(), self.timestampFormat)
    }
}
