package import ApusBase

/// Writes shapes as XML: the answers of Query and REST-XML. The element around the outermost structure is the caller's.
package struct XMLShapeWriter: ShapeWriter, ~Copyable {
    private enum Frame {
        /// Where the attributes of the structure's element end.
        case structure(tagEnd: Int)
        case list(CollectionTraits, element: String, XMLNamespace?)
        case map(CollectionTraits, entry: String, XMLNamespace?, isInEntry: Bool)
    }

    private var xml: XMLWriter
    private var frames: [Frame] = []
    /// The element that the next value becomes, and what is known of it.
    private var name = ""
    private var namespace: XMLNamespace?
    private var isAttribute = false
    private var collection: CollectionTraits?
    private var timestampFormat: TimestampFormat = .protocolDefault

    /// Goes on where `xml` stands.
    package init(_ xml: consuming XMLWriter) { self.xml = xml }

    /// Hands back the XML.
    package consuming func finish() -> XMLWriter { self.xml }

    /// What was written so far.
    var bytes: [UInt8] { self.xml.bytes }

    /// Begins the text: its declaration and, if there is one, the root element.
    mutating func beginBody(_ root: XMLRoot?, defaultNamespace: XMLNamespace?) {
        self.xml.declaration()
        if let root { self.begin(root.name, root.namespace ?? defaultNamespace) }
    }

    /// Ends the root element.
    mutating func endBody() { self.xml.end() }

    private mutating func begin(_ name: String, _ namespace: XMLNamespace?) {
        if let namespace {
            self.xml.begin(name, namespace: namespace.uri, prefix: namespace.prefix)
        } else {
            self.xml.begin(name)
        }
    }

    package mutating func beginStructure(_ table: MemberTable) {
        if !self.frames.isEmpty { self.begin(self.name, self.namespace) }
        self.frames.append(.structure(tagEnd: self.xml.tagEnd))
    }

    package mutating func member(_ table: MemberTable, _ index: Int) {
        let member = table.members[index]
        self.name = member.queryName
        self.namespace = member.xmlNamespace
        self.isAttribute = member.isXMLAttribute
        self.collection = member.collection
        self.timestampFormat = table.timestampFormats[index]
    }

    package mutating func endStructure() {
        self.frames.removeLast()
        if !self.frames.isEmpty { self.xml.end() }
    }

    package mutating func beginList() {
        let traits = self.collection ?? .list()
        if traits.isFlattened {
            self.frames.append(.list(traits, element: self.name, traits.elementNamespace))
        } else {
            self.begin(self.name, self.namespace)
            self.frames.append(.list(traits, element: traits.elementName, traits.elementNamespace))
        }
    }

    package mutating func element() {
        guard case .list(let traits, let element, let namespace)? = self.frames.last else { return }
        self.name = element
        self.namespace = namespace
        self.collection = traits.nested
    }

    package mutating func endList() {
        if case .list(let traits, _, _)? = self.frames.popLast(), !traits.isFlattened { self.xml.end() }
    }

    package mutating func beginMap() {
        let traits = self.collection ?? .map()
        if traits.isFlattened {
            self.frames.append(.map(traits, entry: self.name, self.namespace, isInEntry: false))
        } else {
            self.begin(self.name, self.namespace)
            self.frames.append(.map(traits, entry: "entry", nil, isInEntry: false))
        }
    }

    package mutating func key(_ key: String) {
        guard case .map(let traits, let entry, let namespace, let isInEntry)? = self.frames.popLast() else { return }
        if isInEntry { self.xml.end() }
        self.frames.append(.map(traits, entry: entry, namespace, isInEntry: true))
        self.begin(entry, namespace)
        self.begin(traits.keyName, traits.keyNamespace)
        self.xml.text(key)
        self.xml.end()
        self.name = traits.elementName
        self.namespace = traits.elementNamespace
        self.collection = traits.nested
    }

    package mutating func endMap() {
        guard case .map(let traits, _, _, let isInEntry)? = self.frames.popLast() else { return }
        if isInEntry { self.xml.end() }
        if !traits.isFlattened { self.xml.end() }
    }

    package mutating func write(_ value: String) {
        if self.isAttribute { return self.writeAttribute(value) }
        self.begin(self.name, self.namespace)
        self.xml.text(value)
        self.xml.end()
    }

    /// Attributes may come after elements in the model's order.
    private mutating func writeAttribute(_ value: String) {
        guard case .structure(let tagEnd)? = self.frames.popLast() else { return }
        self.frames.append(.structure(tagEnd: self.xml.insertAttribute(self.name, value, at: tagEnd)))
    }

    package mutating func write(_ value: Bool) { self.write(value ? "true" : "false") }
    package mutating func write(_ value: Int) { self.write(String(value)) }
    package mutating func write(_ value: Double) { self.write(ScalarText.text(value)) }
    package mutating func write(blob value: [UInt8]) { self.write(Base64.encode(value)) }
    /// Neither Query nor REST-XML has documents; one would be its JSON text.
    package mutating func write(document value: JSONValue) { self.write(value.text) }
    package mutating func write(_ value: Timestamp) { self.write(TimestampText.text(value, self.timestampFormat)) }
}
