package import DynamoDBItems

/// A projection as it is written.
package struct ProjectionExpression: Hashable, Sendable {
    let syntax: Syntax

    /// Throws AWS's message for what is wrong with the text itself.
    package init(_ text: String) throws(ItemError) {
        var reader = try TokenReader(text, as: .projection)
        repeat { _ = try reader.path() } while reader.accept(.comma)
        guard reader.kind == .end else { throw reader.unexpected() }
        try reader.checkReservedWord()
        self.syntax = reader.syntax
    }

    /// The projection with the names of one request; throws AWS's message where paths clash.
    package func bound(to placeholders: inout Placeholders) throws(ItemError) -> Projection {
        let bindings = placeholders.bind(self.syntax)
        var paths: [DocumentPath] = []
        for place in self.syntax.paths.indices { paths.append(try bindings.path(place)) }
        let projection = Projection(paths)
        if projection.hasClash { try DocumentPath.checkApart(paths, .projection) }
        return projection
    }
}

/// Which parts of an item are wanted.
package struct Projection: Hashable, Sendable {
    /// Ordered by their steps, so that those with a common beginning lie together.
    package let paths: [DocumentPath]

    /// No path may lead into another; then an item is taken apart in one pass.
    init(_ paths: [DocumentPath]) { self.paths = paths.sorted() }

    /// Attributes of the item itself, whatever their names are.
    package init(names: [String]) { self.init(Set(names).map { DocumentPath(name: $0) }) }

    /// Two neighbours clash where any two paths do.
    var hasClash: Bool { zip(self.paths, self.paths.dropFirst()).contains { $0.clash(with: $1) != nil } }

    /// Whether all that is wanted are attributes of the item itself.
    package var isTopLevel: Bool { self.paths.allSatisfy(\.isTopLevel) }

    /// The names of the attributes that paths begin with, each once.
    package var attributes: [[UInt8]] {
        var names: [[UInt8]] = []
        for path in self.paths where names.last != path.attribute { names.append(path.attribute) }
        return names
    }

    /// What of `item` is wanted, within the maps and lists around it. Elements of lists move together.
    package func applied(to item: Item) -> Item {
        var writer = ItemWriter(capacity: 128)
        writer.beginItem()
        self.write(item.root, self.paths.indices, depth: 0, to: &writer)
        return writer.endItem()
    }

    /// Writes what the paths of `range`, which agree in their first `depth` steps, want of `value`.
    private func write(_ value: ItemValue, _ range: Range<Int>, depth: Int, to writer: inout ItemWriter) {
        for group in self.groups(range, depth) {
            guard let part = Self.part(self.paths[group.lowerBound].steps[depth], of: value),
                self.isThere(part, group, depth: depth + 1)
            else { continue }
            if case .name(let name) = self.paths[group.lowerBound].steps[depth] { writer.name(utf8: name[...]) }
            if self.paths[group.lowerBound].steps.count == depth + 1 {
                writer.copy(part)
            } else {
                writer.begin(part.type)
                self.write(part, group, depth: depth + 1, to: &writer)
                writer.end()
            }
        }
    }

    /// Whether any path of `range` ends within `value`.
    private func isThere(_ value: ItemValue, _ range: Range<Int>, depth: Int) -> Bool {
        if self.paths[range.lowerBound].steps.count == depth { return true }
        return self.groups(range, depth).contains { group in
            guard let part = Self.part(self.paths[group.lowerBound].steps[depth], of: value) else { return false }
            return self.isThere(part, group, depth: depth + 1)
        }
    }

    private func groups(_ range: Range<Int>, _ depth: Int) -> [Range<Int>] {
        DocumentPath.groups(range, depth) { self.paths[$0] }
    }

    private static func part(_ step: DocumentPath.Step, of value: ItemValue) -> ItemValue? {
        switch step {
        case .name(let name): value.member(name)
        case .index(let index): value.element(at: index)
        }
    }
}
