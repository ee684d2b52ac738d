package import ApusBase

/// Reads shapes from XML: the bodies of REST-XML.
///
/// The name of the root element is not looked at, nor are namespaces, as AWS's services do not. The text is parsed when the
/// first structure is begun, since a body may also be a blob.
package struct XMLShapeReader: ShapeReader, ~Copyable {
    private typealias Element = XMLDocument.Element

    private enum Frame {
        /// The child to look at next, the number of the attribute to look for next, and the flattened members read already.
        case structure(Element, child: Element?, attribute: Int, flattened: [Int])
        /// The element that comes next; siblings of other names are passed where the list is flattened.
        case list(next: Element?, name: String, nested: CollectionTraits?)
        case map(next: Element?, name: String?, traits: CollectionTraits)
    }

    private let body: [UInt8]
    private var document: XMLDocument?
    private var frames: [Frame] = []
    /// The element of the value that is read next, and what is known of it.
    private var element: Element?
    private var attributeText: String?
    private var collection: CollectionTraits?
    private var name = ""
    private var timestampFormat: TimestampFormat = .protocolDefault
    private(set) var trail = Trail()

    package init(_ body: [UInt8]) { self.body = body }

    /// Notes that what comes is the value of a member that is the whole body.
    mutating func enterPayload(_ table: MemberTable, _ index: Int) {
        self.trail.enterStructure(table)
        self.trail.advance(table, index)
    }

    package mutating func beginStructure(_ table: MemberTable) throws(WireError) {
        let document = try self.parsed()
        let element = self.element ?? document.root
        self.frames.append(
            .structure(element, child: document.firstChild(of: element), attribute: 0, flattened: []))
        self.trail.enterStructure(table)
    }

    private mutating func parsed() throws(WireError) -> XMLDocument {
        if let document { return document }
        do throws(XMLError) {
            let document = try XMLDocument(parsing: self.body)
            self.document = document
            return document
        } catch {
            throw Self.malformed
        }
    }

    package mutating func nextMember(_ table: MemberTable) throws(WireError) -> Int? {
        guard case .structure(let element, var child, var attribute, var flattened)? = self.frames.popLast(),
            let document
        else { return nil }
        self.attributeText = nil
        while attribute < table.xmlAttributes.count {
            let index = table.xmlAttributes[attribute]
            attribute += 1
            guard let text = document.attribute(table.members[index].queryName, of: element) else { continue }
            self.frames.append(.structure(element, child: child, attribute: attribute, flattened: flattened))
            self.attributeText = text
            return self.announce(table, index)
        }
        while let candidate = child {
            child = document.next(after: candidate)
            let position = document.index(of: candidate, in: table.xmlNames)
            if position == JSONNames.unknown { continue }
            let index = table.xmlMembers[position]
            if table.members[index].collection?.isFlattened == true {
                if flattened.contains(index) { continue }
                flattened.append(index)
            }
            self.frames.append(.structure(element, child: child, attribute: attribute, flattened: flattened))
            self.element = candidate
            return self.announce(table, index)
        }
        self.trail.leave()
        return nil
    }

    private mutating func announce(_ table: MemberTable, _ index: Int) -> Int {
        let member = table.members[index]
        self.collection = member.collection
        self.name = member.queryName
        self.timestampFormat = member.timestampFormat
        self.trail.advance(table, index)
        return index
    }

    /// The elements are the children of the member's element; of a flattened list they are that element and its siblings of
    /// the same name.
    package mutating func beginList() throws(WireError) {
        let isFlattened = self.collection?.isFlattened ?? false
        let first = isFlattened ? self.element : self.children(named: self.collection?.elementName ?? "member")
        let name = isFlattened ? self.name : self.collection?.elementName ?? "member"
        self.frames.append(.list(next: first, name: name, nested: self.collection?.nested))
        self.trail.enterList()
    }

    private func children(named name: String) -> Element? {
        guard let document, let element else { return nil }
        return document.child(name, of: element)
    }

    /// The next sibling of that name.
    private func sibling(after element: Element, named name: String) -> Element? {
        guard let document else { return nil }
        var next = document.next(after: element)
        while let candidate = next {
            if document.hasName(candidate, name) { return candidate }
            next = document.next(after: candidate)
        }
        return nil
    }

    package mutating func nextElement() throws(WireError) -> Bool {
        guard case .list(let next, let name, let nested)? = self.frames.popLast() else { return false }
        guard let next else {
            self.trail.leave()
            return false
        }
        self.frames.append(.list(next: self.sibling(after: next, named: name), name: name, nested: nested))
        self.element = next
        self.collection = nested
        self.trail.advanceElement()
        return true
    }

    package mutating func beginMap() throws(WireError) {
        let traits = self.collection ?? .map()
        let name = traits.isFlattened ? self.name : "entry"
        let first = traits.isFlattened ? self.element : self.children(named: name)
        self.frames.append(.map(next: first, name: name, traits: traits))
        self.trail.enterMap()
    }

    package mutating func nextKey() throws(WireError) -> String? {
        guard case .map(let next, let name, let traits)? = self.frames.popLast(), let document else { return nil }
        guard let next, let name else {
            self.trail.leave()
            return nil
        }
        self.frames.append(.map(next: self.sibling(after: next, named: name), name: name, traits: traits))
        guard let keyElement = document.child(traits.keyName, of: next), let key = document.text(of: keyElement),
            let value = document.child(traits.elementName, of: next)
        else { throw Self.malformed }
        self.element = value
        self.collection = traits.nested
        self.trail.advance(key: key)
        return key
    }

    package mutating func recordMissing(_ table: MemberTable, _ index: Int) {
        self.trail.recordMissing(table.members[index])
    }

    // MARK: Values

    /// AWS says little about XML that it cannot read.
    private static var malformed: WireError { .serialization("") }

    /// The text of the attribute or element; one with elements in it is no text.
    package mutating func readString() throws(WireError) -> String {
        if let attributeText { return attributeText }
        guard let element, let text = self.document?.text(of: element) else { throw Self.malformed }
        return text
    }

    package mutating func readBool() throws(WireError) -> Bool {
        try ScalarText.bool(XMLScalar.trimmed(try self.readString()))
    }

    package mutating func readInteger() throws(WireError) -> Int {
        try ScalarText.integer(XMLScalar.trimmed(try self.readString()))
    }

    package mutating func readLong() throws(WireError) -> Int {
        try ScalarText.long(XMLScalar.trimmed(try self.readString()))
    }

    package mutating func readDouble() throws(WireError) -> Double {
        try ScalarText.double(XMLScalar.trimmed(try self.readString()))
    }

    package mutating func readBlob() throws(WireError) -> [UInt8] {
        guard let bytes = Base64.decode(XMLScalar.trimmed(try self.readString())) else { throw Self.malformed }
        return bytes
    }

    /// REST-XML has no documents.
    package mutating func readDocument() throws(WireError) -> JSONValue { .string(try self.readString()) }

    package mutating func readTimestamp() throws(WireError) -> Timestamp {
        try TimestampText.parse(XMLScalar.trimmed(try self.readString()), self.timestampFormat)
    }
}

/// Numbers and the like in XML may have white space around them; strings keep theirs.
private enum XMLScalar {
    static func trimmed(_ text: String) -> String {
        var utf8 = text.utf8[...]
        while let byte = utf8.first, byte == 0x20 || (0x09...0x0d).contains(byte) { utf8.removeFirst() }
        while let byte = utf8.last, byte == 0x20 || (0x09...0x0d).contains(byte) { utf8.removeLast() }
        return utf8.count == text.utf8.count ? text : String(Substring(utf8))
    }
}
