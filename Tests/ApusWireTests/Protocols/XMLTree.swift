/// A little XML reader for tests, apart from the product's: elements, attributes, text, references,
/// CDATA; comments are passed over.
struct XMLTree: Equatable, CustomStringConvertible {
    var name = ""
    var text = ""
    var attributes: [String: String] = [:]
    var children: [XMLTree] = []

    init() {}
    init(_ source: some Collection<UInt8>) {
        var rest = Substring(String(decoding: source, as: UTF8.self))
        var open = [XMLTree()]
        while let start = rest.firstIndex(of: "<") {
            open[open.count - 1].text += Self.unescaped(rest[..<start])
            if rest[start...].hasPrefix("<![CDATA["), let end = rest[start...].firstRange(of: "]]>") {
                open[open.count - 1].text += rest[start..<end.lowerBound].dropFirst(9)
                rest = rest[end.upperBound...]
                continue
            }
            guard let end = rest[start...].firstIndex(of: ">") else { break }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") || tag.hasPrefix("!--") { continue }
            if tag.hasPrefix("/") {
                let closed = open.removeLast()
                open[open.count - 1].children.append(closed)
                continue
            }
            var element = XMLTree()
            element.name = String(tag.split(whereSeparator: { $0 == " " || $0 == "/" }).first ?? "")
            // No attribute of the suites has a blank in it.
            for pair in tag.split(separator: " ").dropFirst() {
                let halves = pair.split(separator: "=", maxSplits: 1)
                guard halves.count == 2, let quote = halves[1].first else { continue }
                let value = halves[1].dropFirst().prefix { $0 != quote }
                element.attributes[String(halves[0])] = Self.unescaped(value)
            }
            if tag.hasSuffix("/") { open[open.count - 1].children.append(element) } else { open.append(element) }
        }
        self = open[0].children.first ?? open[0]
    }

    subscript(name: String) -> XMLTree? { self.children.first { $0.name == name } }

    private static func unescaped(_ text: Substring) -> String {
        var text = String(text)
        for (entity, character) in [
            ("&#xD;", "\r"), ("&#xd;", "\r"), ("&#10;", "\n"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""),
            ("&apos;", "'"), ("&amp;", "&"),
        ] {
            text = text.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character)
        }
        return text
    }

    /// Without the white space between elements; children in the order of their names, entries of maps by their keys.
    var normalised: XMLTree {
        var tree = self
        tree.children = self.children.map(\.normalised)
        if tree.children.isEmpty {
            tree.text = tree.text.allSatisfy(\.isWhitespace) ? "" : tree.text.withoutOffset
        } else {
            tree.text = ""
        }
        let isMap = tree.children.allSatisfy { $0.children.count == 2 && $0.children[0].children.isEmpty }
        let sorted = tree.children.enumerated().sorted {
            let left = isMap ? $0.element.description : $0.element.name
            let right = isMap ? $1.element.description : $1.element.name
            return left == right ? $0.offset < $1.offset : left < right
        }
        tree.children = sorted.map(\.element)
        return tree
    }

    var description: String {
        "<\(self.name)\(self.attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\"\($0.value)\"" }.joined())>\(self.text)\(self.children.map(\.description).joined())</\(self.name)>"
    }
}
