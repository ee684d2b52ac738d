/// Reads XML text into the nodes of an `XMLDocument`: one pass, no recursion, all of it checked.
struct XMLParser {
    let bytes: [UInt8]
    /// The next byte to read.
    var index = 0
    private(set) var nodes: [XMLDocument.Node] = []
    private(set) var attributes: [XMLDocument.Attribute] = []
    /// The elements that are open, outermost first, each with its last child so far.
    private var open: [(node: Int, lastChild: Int)] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(XMLError) {
        guard self.bytes.count < Int32.max else { throw self.error(.tooLarge) }
        if let failure = Self.encodingFailure(self.bytes.span) {
            throw XMLError(offset: failure, reason: .invalidEncoding)
        }
        if self.starts(with: "\u{feff}") { self.index = 3 }
        if self.starts(with: "<?xml"), self.index + 5 < self.bytes.count, Self.isSpace(self.bytes[self.index + 5]) {
            try self.textDeclaration()
        }
        try self.passMiscellany()
        guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
        guard self.bytes[self.index] == UInt8(ascii: "<") else { throw self.unexpected() }
        try self.startTag()
        while !self.open.isEmpty { try self.content() }
        try self.passMiscellany()
        if self.index < self.bytes.count { throw self.error(.trailingBytes) }
    }

    private static func encodingFailure(_ bytes: Span<UInt8>) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    // MARK: Markup

    /// Text up to the next markup, and that markup.
    private mutating func content() throws(XMLError) {
        try self.text()
        if self.starts(with: "</") { return try self.endTag() }
        if self.starts(with: "<!--") {
            self.markUnplain()
            return try self.comment()
        }
        if self.starts(with: "<![CDATA[") {
            self.markUnplain()
            return try self.pass("]]>", from: self.index + 9)
        }
        if self.starts(with: "<?") {
            self.markUnplain()
            return try self.instruction()
        }
        if self.starts(with: "<!") { throw self.error(.declaration) }
        try self.startTag()
    }

    private mutating func text() throws(XMLError) {
        while true {
            guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
            let byte = self.bytes[self.index]
            switch byte {
            case UInt8(ascii: "<"): return
            case UInt8(ascii: "&"):
                self.markUnplain()
                try self.passReference()
                continue
            case UInt8(ascii: "]"):
                if self.starts(with: "]]>") { throw self.unexpected() }
            case 0x0d: self.markUnplain()
            case 0x09, 0x0a: break
            case 0..<0x20: throw self.error(.controlCharacter)
            default: break
            }
            self.index += 1
        }
    }

    private mutating func markUnplain() {
        if let innermost = self.open.last { self.nodes[innermost.node].isPlain = false }
    }

    private mutating func passReference() throws(XMLError) {
        guard let (_, end) = XMLText.reference(self.bytes, at: self.index) else { throw self.error(.invalidReference) }
        self.index = end
    }

    private mutating func startTag() throws(XMLError) {
        guard self.nodes.count < XMLDocument.maximumElements else { throw self.error(.tooLarge) }
        guard self.open.count < XMLDocument.maximumDepth else { throw self.error(.tooDeep) }
        self.index += 1
        let name = try self.name()
        let firstAttribute = Int32(self.attributes.count)
        var isEmpty = false
        while true {
            let hadSpace = self.skipSpace()
            guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
            if self.bytes[self.index] == UInt8(ascii: ">") { break }
            if self.starts(with: "/>") {
                isEmpty = true
                self.index += 1
                break
            }
            guard hadSpace else { throw self.unexpected() }
            try self.attribute(after: Int(firstAttribute))
        }
        self.index += 1
        let start = Int32(self.index)
        let node = XMLDocument.Node(
            name: name, content: start..<start, attributes: firstAttribute..<Int32(self.attributes.count))
        self.append(node, isOpen: !isEmpty)
    }

    /// Hangs the node below the innermost open element.
    private mutating func append(_ node: XMLDocument.Node, isOpen: Bool) {
        let number = self.nodes.count
        self.nodes.append(node)
        if let parent = self.open.last {
            if parent.lastChild < 0 {
                self.nodes[parent.node].firstChild = Int32(number)
            } else {
                self.nodes[parent.lastChild].next = Int32(number)
            }
            self.open[self.open.count - 1].lastChild = number
        }
        if isOpen { self.open.append((number, -1)) }
    }

    private mutating func attribute(after first: Int) throws(XMLError) {
        guard self.attributes.count - first < XMLDocument.maximumAttributes,
            self.attributes.count < XMLDocument.maximumElements
        else { throw self.error(.tooLarge) }
        let start = self.index
        let name = try self.name()
        for other in self.attributes[first...] where self.isEqual(other.name, name) {
            throw XMLError(offset: start, reason: .duplicateAttribute)
        }
        _ = self.skipSpace()
        guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
        guard self.bytes[self.index] == UInt8(ascii: "=") else { throw self.unexpected() }
        self.index += 1
        _ = self.skipSpace()
        guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
        let quote = self.bytes[self.index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw self.unexpected() }
        self.index += 1
        let value = self.index
        try self.attributeValue(until: quote)
        self.attributes.append(XMLDocument.Attribute(name: name, value: Int32(value)..<Int32(self.index - 1)))
    }

    private mutating func attributeValue(until quote: UInt8) throws(XMLError) {
        while true {
            guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
            switch self.bytes[self.index] {
            case quote:
                self.index += 1
                return
            case UInt8(ascii: "<"): throw self.unexpected()
            case UInt8(ascii: "&"):
                try self.passReference()
                continue
            case 0x09, 0x0a, 0x0d: break
            case 0..<0x20: throw self.error(.controlCharacter)
            default: break
            }
            self.index += 1
        }
    }

    private mutating func endTag() throws(XMLError) {
        let end = Int32(self.index)
        self.index += 2
        let start = self.index
        let name = try self.name()
        guard let innermost = self.open.popLast(), self.isEqual(self.nodes[innermost.node].name, name) else {
            throw XMLError(offset: start, reason: .mismatchedEnd)
        }
        self.nodes[innermost.node].content = self.nodes[innermost.node].content.lowerBound..<end
        _ = self.skipSpace()
        guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
        guard self.bytes[self.index] == UInt8(ascii: ">") else { throw self.unexpected() }
        self.index += 1
    }
}
