import ApusBase

/// XML: names and texts that are read are the same when they were written and read again.
enum XMLTarget {
    struct Tree: Equatable {
        var name: [UInt8]
        var text: [UInt8]?
        var attribute: [UInt8]?
        var children: [Tree] = []
    }

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let tree = Self.read(bytes) else { return }
        var writer = XMLWriter()
        Self.write(tree, to: &writer)
        try FuzzFailure.unless(
            Self.read(writer.bytes) == tree,
            "what was written reads differently: \(String(decoding: writer.bytes, as: UTF8.self))")
    }

    private static func read(_ bytes: [UInt8]) -> Tree? {
        guard let document = try? XMLDocument(parsing: bytes) else { return nil }
        return Self.tree(document, document.root)
    }

    private static func tree(_ document: XMLDocument, _ element: XMLDocument.Element) -> Tree {
        var tree = Tree(
            name: Array(document.name(of: element).utf8), text: document.text(of: element).map { Array($0.utf8) },
            attribute: document.attribute("a", of: element).map { Array($0.utf8) })
        var child = document.firstChild(of: element)
        while let next = child {
            tree.children.append(Self.tree(document, next))
            child = document.next(after: next)
        }
        return tree
    }

    private static func write(_ tree: Tree, to writer: inout XMLWriter) {
        let name = String(decoding: tree.name, as: UTF8.self)
        if let attribute = tree.attribute {
            writer.begin(name, attributes: ["a": String(decoding: attribute, as: UTF8.self)])
        } else {
            writer.begin(name)
        }
        if let text = tree.text { writer.text(String(decoding: text, as: UTF8.self)) }
        for child in tree.children { Self.write(child, to: &writer) }
        writer.end()
    }
}
