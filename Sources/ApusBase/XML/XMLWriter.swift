/// Writes XML 1.0 text into `bytes`, without any white space of its own.
///
/// Names and attribute names must be valid XML names: they come from API models. Text may be anything; characters that XML
/// cannot hold become character references, as AWS writes them.
package struct XMLWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Where the attributes of the element begun last end: an attribute that is known only later goes there.
    package private(set) var tagEnd = 0
    /// The elements that are open, outermost first.
    private var open: [String] = []

    /// `capacity` in bytes, where it is known about how much comes.
    package init(capacity: Int = 512) { self.bytes.reserveCapacity(capacity) }

    /// `<?xml version="1.0" encoding="UTF-8"?>` and a line feed; before anything else.
    package mutating func declaration() { self.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") }

    /// Opens an element.
    package mutating func begin(_ name: String, attributes: KeyValuePairs<String, String> = [:]) {
        self.append("<")
        self.append(name)
        for (name, value) in attributes {
            self.append(" ")
            self.append(name)
            self.append("=\"")
            self.escape(value, quotes: .escaped)
            self.append("\"")
        }
        self.tagEnd = self.bytes.count
        self.append(">")
        self.open.append(name)
    }

    /// Opens an element that declares a namespace, for a prefix or as the default.
    package mutating func begin(_ name: String, namespace: String, prefix: String?) {
        self.begin(name, attributes: [prefix.map { "xmlns:" + $0 } ?? "xmlns": namespace])
    }

    /// Adds an attribute to an element that is still open, whose `tagEnd` was `place`; answers where its tag ends now.
    /// Moves what was written since: O(bytes since).
    package mutating func insertAttribute(_ name: String, _ value: String, at place: Int) -> Int {
        let rest = Array(self.bytes[place...])
        self.bytes.removeSubrange(place...)
        self.append(" ")
        self.append(name)
        self.append("=\"")
        self.escape(value, quotes: .escaped)
        self.append("\"")
        let end = self.bytes.count
        if self.tagEnd >= place { self.tagEnd += end - place }
        self.bytes.append(contentsOf: rest)
        return end
    }

    /// Closes the innermost open element.
    package mutating func end() {
        guard let name = self.open.popLast() else { preconditionFailure("No element is open.") }
        self.append("</")
        self.append(name)
        self.append(">")
    }

    /// The text of the open element.
    package mutating func text(_ text: String) { self.escape(text, quotes: .kept) }

    /// An element that has text only.
    package mutating func element(_ name: String, _ text: String) {
        self.begin(name)
        self.text(text)
        self.end()
    }

    private enum Quotes { case escaped, kept }

    private mutating func append(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

    private mutating func escape(_ text: String, quotes: Quotes) {
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for (index, byte) in utf8.enumerated() {
                guard let reference = Self.reference(byte, quotes) else { continue }
                self.bytes.append(contentsOf: utf8[start..<index])
                self.append(reference)
                start = index + 1
            }
            self.bytes.append(contentsOf: utf8[start...])
        }
    }

    /// What stands for a byte that may not stand for itself. A carriage return would be read back as a line feed; in an
    /// attribute all white space would be read back as spaces.
    private static func reference(_ byte: UInt8, _ quotes: Quotes) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): quotes == .escaped ? "&quot;" : nil
        case 0x09, 0x0a: quotes == .escaped ? "&#\(byte);" : nil
        case 0..<0x20: "&#x\(String(byte, radix: 16));"
        default: nil
        }
    }
}
