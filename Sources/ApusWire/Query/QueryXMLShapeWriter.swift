package import ApusBase

/// Writes shapes as the XML of Query answers. The element around the outermost structure is the caller's.
package struct QueryXMLShapeWriter: ShapeWriter, ~Copyable {
    private enum Frame {
        case structure
        case list(CollectionTraits, element: String)
        case map(CollectionTraits, entry: String, isInEntry: Bool)
    }

    private var xml: XMLWriter
    private var frames: [Frame] = []
    /// The element that the next value becomes, and what is known of it.
    private var name = ""
    private var collection: CollectionTraits?
    private var timestampFormat: TimestampFormat = .protocolDefault

    /// Goes on where `xml` stands.
    package init(_ xml: consuming XMLWriter) { self.xml = xml }

    /// Hands back the XML.
    package consuming func finish() -> XMLWriter { self.xml }

    package mutating func beginStructure(_ table: MemberTable) {
        if !self.frames.isEmpty { self.xml.begin(self.name) }
        self.frames.append(.structure)
    }

    package mutating func member(_ table: MemberTable, _ index: Int) {
        self.name = table.members[index].queryName
        self.collection = table.members[index].collection
        self.timestampFormat = table.timestampFormats[index]
    }

    package mutating func endStructure() {
        self.frames.removeLast()
        if !self.frames.isEmpty { self.xml.end() }
    }

    package mutating func beginList() {
        let traits = self.collection ?? .list()
        if !traits.isFlattened { self.xml.begin(self.name) }
        self.frames.append(.list(traits, element: traits.isFlattened ? self.name : traits.elementName))
    }

    package mutating func element() {
        guard case .list(let traits, let element)? = self.frames.last else { return }
        self.name = element
        self.collection = traits.nested
    }

    package mutating func endList() {
        if case .list(let traits, _)? = self.frames.popLast(), !traits.isFlattened { self.xml.end() }
    }

    package mutating func beginMap() {
        let traits = self.collection ?? .map()
        if !traits.isFlattened { self.xml.begin(self.name) }
        self.frames.append(.map(traits, entry: traits.isFlattened ? self.name : "entry", isInEntry: false))
    }

    package mutating func key(_ key: String) {
        guard case .map(let traits, let entry, let isInEntry)? = self.frames.popLast() else { return }
        if isInEntry { self.xml.end() }
        self.frames.append(.map(traits, entry: entry, isInEntry: true))
        self.xml.begin(entry)
        self.xml.element(traits.keyName, key)
        self.name = traits.elementName
        self.collection = traits.nested
    }

    package mutating func endMap() {
        guard case .map(let traits, _, let isInEntry)? = self.frames.popLast() else { return }
        if isInEntry { self.xml.end() }
        if !traits.isFlattened { self.xml.end() }
    }

    package mutating func write(_ value: String) { self.xml.element(self.name, value) }
    package mutating func write(_ value: Bool) { self.xml.element(self.name, value ? "true" : "false") }
    package mutating func write(_ value: Int) { self.xml.element(self.name, String(value)) }
    package mutating func write(_ value: Double) { self.xml.element(self.name, ScalarText.text(value)) }
    package mutating func write(blob value: [UInt8]) { self.xml.element(self.name, Base64.encode(value)) }
    /// Query has no documents; one would be its JSON text.
    package mutating func write(document value: JSONValue) { self.xml.element(self.name, value.text) }
    package mutating func write(_ value: Timestamp) {
        self.xml.element(self.name, TimestampText.text(value, self.timestampFormat))
    }
}
