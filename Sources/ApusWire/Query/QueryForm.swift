internal import ApusBase

/// The parameters of a Query request as a tree: `Attribute.1.Name` is the child `Name` of the child `1` of `Attribute`.
package struct QueryForm: Sendable {
    private struct Node: Sendable {
        var name: String
        var value: String?
        var children: [Int] = []
        /// The children by name, once there are many.
        var index: [String: Int] = [:]
    }

    /// Names with more parts than this are refused: no API has them, and each part costs a node.
    private static let maximumDepth = 32
    private static let root = 0
    /// With so many children a node gets an index.
    private static let indexedCount = 12
    private var nodes: [Node] = [Node(name: "")]

    /// Reads `application/x-www-form-urlencoded`: a body or a query string.
    package init(_ bytes: [UInt8]) throws(WireError) {
        var reader = FormReader(bytes)
        do throws(FormError) {
            while let field = try reader.next() {
                guard self.insert(field.name, field.value) else { throw FormError(offset: 0, reason: .invalidEscape) }
            }
        } catch {
            throw .serialization("")
        }
    }

    /// A parameter without parts, such as `Action`.
    package subscript(name: String) -> String? {
        self.child(Self.root, name).flatMap { self.nodes[$0].value }
    }

    /// Whether the name was short enough. Of parameters that come twice the first counts.
    private mutating func insert(_ name: String, _ value: String) -> Bool {
        var node = Self.root
        if !name.utf8.contains(UInt8(ascii: ".")) {
            node = self.child(node, name) ?? self.addChild(node, name)
            if self.nodes[node].value == nil { self.nodes[node].value = value }
            return true
        }
        var depth = 0
        for part in name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            depth += 1
            if depth > Self.maximumDepth { return false }
            let part = String(Substring(part))
            node = self.child(node, part) ?? self.addChild(node, part)
        }
        if self.nodes[node].value == nil { self.nodes[node].value = value }
        return true
    }

    private mutating func addChild(_ parent: Int, _ name: String) -> Int {
        let child = self.nodes.count
        self.nodes.append(Node(name: name))
        self.nodes[parent].children.append(child)
        if self.nodes[parent].children.count == Self.indexedCount {
            for child in self.nodes[parent].children { self.nodes[parent].index[self.nodes[child].name] = child }
        } else if self.nodes[parent].children.count > Self.indexedCount {
            self.nodes[parent].index[name] = child
        }
        return child
    }

    // MARK: For the reader

    var rootNode: Int { Self.root }

    func child(_ node: Int, _ name: String) -> Int? {
        let count = self.nodes[node].children.count
        if count >= Self.indexedCount { return self.nodes[node].index[name] }
        for position in 0..<count {
            let child = self.nodes[node].children[position]
            if self.nodes[child].name == name { return child }
        }
        return nil
    }

    func value(_ node: Int) -> String? { self.nodes[node].value }

    func hasChildren(_ node: Int) -> Bool { !self.nodes[node].children.isEmpty }

    /// The children whose names are numbers, by number.
    func numbered(_ node: Int) -> [Int] {
        self.nodes[node].children
            .compactMap { (child: Int) -> (number: Int, child: Int)? in
                Int(self.nodes[child].name).map { ($0, child) }
            }
            .sorted { $0.number < $1.number }
            .map(\.child)
    }
}
