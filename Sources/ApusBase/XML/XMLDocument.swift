/// An XML 1.0 text, read and checked: flat nodes over the bytes, whose names and texts are made when they are asked for.
///
/// Reads elements, attributes, texts, CDATA, comments and processing instructions in UTF-8. Document types are refused, so
/// there are no entities but the five, and nothing is ever expanded or fetched. Names are told apart without their prefix;
/// which namespace a prefix stands for is not looked at, as AWS's services do not. No input makes it trap; reading takes
/// time and memory in proportion to the bytes.
///
/// Looser than the letter of XML 1.0 in two points, both so that what AWS's services write can be read: references may
/// stand for control characters (`&#x1;`, which keys of objects may have), and U+FFFE and U+FFFF are let through.
package struct XMLDocument: Sendable {
    /// Elements may nest this deep.
    package static let maximumDepth = 128
    /// So many elements may be in one document: three times what completing an upload of 10,000 parts has.
    package static let maximumElements = 250_000
    /// So many attributes may be in one tag.
    package static let maximumAttributes = 32

    /// An element of this document.
    package struct Element: Hashable, Sendable {
        let index: Int
    }

    struct Node: Sendable {
        var name: Range<Int32>
        var content: Range<Int32> = 0..<0
        var firstChild: Int32 = -1
        var next: Int32 = -1
        var attributes: Range<Int32>
        /// Nothing in the content stands for something else, so that its bytes are its text.
        var isPlain = true
    }

    struct Attribute: Sendable {
        var name: Range<Int32>
        var value: Range<Int32>
    }

    private let bytes: [UInt8]
    private let nodes: [Node]
    private let attributes: [Attribute]

    /// Reads a whole document.
    package init(parsing bytes: [UInt8]) throws(XMLError) {
        var parser = XMLParser(bytes)
        try parser.parse()
        self.bytes = bytes
        self.nodes = parser.nodes
        self.attributes = parser.attributes
    }

    package var root: Element { Element(index: 0) }

    /// The element's first child element.
    package func firstChild(of element: Element) -> Element? {
        let child = Int(self.nodes[element.index].firstChild)
        return child < 0 ? nil : Element(index: child)
    }

    /// The element that follows under the same parent.
    package func next(after element: Element) -> Element? {
        let next = Int(self.nodes[element.index].next)
        return next < 0 ? nil : Element(index: next)
    }

    /// The first child element of that name.
    package func child(_ name: String, of element: Element) -> Element? {
        var child = self.firstChild(of: element)
        while let candidate = child {
            if self.hasName(candidate, name) { return candidate }
            child = self.next(after: candidate)
        }
        return nil
    }

    /// The element's name without prefix.
    package func name(of element: Element) -> String { self.string(self.localName(self.nodes[element.index].name)) }

    /// Whether the element has this name, its prefix aside.
    package func hasName(_ element: Element, _ name: String) -> Bool {
        let range = self.localName(self.nodes[element.index].name)
        return self.bytes[Int(range.lowerBound)..<Int(range.upperBound)].elementsEqual(name.utf8)
    }

    /// The index in `names` of the element's name without prefix; `JSONNames.unknown` for one that is not there.
    package func index(of element: Element, in names: JSONNames) -> Int {
        let range = self.localName(self.nodes[element.index].name)
        return names.index(of: self.bytes.span.extracting(Int(range.lowerBound)..<Int(range.upperBound)))
    }

    /// The element's text; nil where it has child elements.
    package func text(of element: Element) -> String? {
        let node = self.nodes[element.index]
        guard node.firstChild < 0 else { return nil }
        return node.isPlain ? self.string(node.content) : XMLText.content(self.bytes, node.content)
    }

    /// The value of an attribute, prefixes aside; nil where the element has none of that name. Declarations of namespaces
    /// are no attributes.
    package func attribute(_ name: String, of element: Element) -> String? {
        let node = self.nodes[element.index]
        let wanted = name.utf8.split(separator: UInt8(ascii: ":")).last ?? name.utf8[...]
        for attribute in self.attributes[Int(node.attributes.lowerBound)..<Int(node.attributes.upperBound)] {
            let whole = self.bytes[Int(attribute.name.lowerBound)..<Int(attribute.name.upperBound)]
            if whole.starts(with: "xmlns".utf8), whole.count == 5 || whole[whole.startIndex + 5] == UInt8(ascii: ":") {
                continue
            }
            let local = self.localName(attribute.name)
            if self.bytes[Int(local.lowerBound)..<Int(local.upperBound)].elementsEqual(wanted) {
                return XMLText.attribute(self.bytes, attribute.value)
            }
        }
        return nil
    }

    private func localName(_ name: Range<Int32>) -> Range<Int32> {
        var start = name.upperBound
        while start > name.lowerBound, self.bytes[Int(start) - 1] != UInt8(ascii: ":") { start -= 1 }
        return start..<name.upperBound
    }

    /// The whole input was found to be UTF-8.
    private func string(_ range: Range<Int32>) -> String {
        let span = self.bytes.span.extracting(Int(range.lowerBound)..<Int(range.upperBound))
        return String(copying: UTF8Span(unchecked: span))
    }
}
