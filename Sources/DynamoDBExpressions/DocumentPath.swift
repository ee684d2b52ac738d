package import DynamoDBItems

/// The way to a value within an item: names and indexes.
package struct DocumentPath: Hashable, Sendable, CustomStringConvertible {
    package enum Step: Hashable, Sendable {
        /// A name's UTF-8.
        case name([UInt8])
        case index(Int)
    }

    /// The first is a name.
    package let steps: [Step]

    package init(steps: [Step]) {
        guard case .name = steps.first else { preconditionFailure("A document path begins with a name.") }
        self.steps = steps
    }

    package init(name: String) { self.steps = [.name(Array(name.utf8))] }

    /// Whether it leads to an attribute of the item itself.
    package var isTopLevel: Bool { self.steps.count == 1 }

    /// The attribute that it begins with.
    package var attribute: [UInt8] {
        guard case .name(let name) = self.steps[0] else { preconditionFailure("A document path begins with a name.") }
        return name
    }

    /// The value there. Passes what lies beside the way without decoding it.
    package func value(in item: Item) -> ItemValue? {
        var value = item.root
        for step in self.steps {
            let next: ItemValue? =
                switch step {
                case .name(let name): value.member(name)
                case .index(let index): value.element(at: index)
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// `[a, b, [3]]`, as AWS's messages have it.
    package var description: String {
        let parts = self.steps.map { step in
            switch step {
            case .name(let name): String(decoding: name, as: UTF8.self)
            case .index(let index): "[\(index)]"
            }
        }
        return "[\(parts.joined(separator: ", "))]"
    }

    /// How two paths that one expression may not have both stand to each other; nil where they go together.
    enum Clash { case overlap, conflict }

    func clash(with other: DocumentPath) -> Clash? {
        for (mine, theirs) in zip(self.steps, other.steps) {
            switch (mine, theirs) {
            case (.name, .index), (.index, .name): return .conflict
            default: if mine != theirs { return nil }
            }
        }
        return .overlap
    }

    /// Refuses paths of which one leads into another, or that cannot both be there.
    static func checkApart(_ paths: [DocumentPath], _ kind: ExpressionKind) throws(ItemError) {
        var conflict: ItemError?
        for (index, path) in paths.enumerated() {
            for other in paths[..<index] {
                let pair = "must remove or rewrite one of these paths; path one: \(other), path two: \(path)"
                switch other.clash(with: path) {
                case .overlap: throw kind.invalid("Two document paths overlap with each other; \(pair)")
                case .conflict:
                    if conflict == nil {
                        conflict = kind.invalid("Two document paths conflict with each other; \(pair)")
                    }
                case nil: break
                }
            }
        }
        if let conflict { throw conflict }
    }
}

extension DocumentPath: Comparable {
    /// Step by step; names by their bytes and before indexes.
    package static func < (left: DocumentPath, right: DocumentPath) -> Bool {
        left.steps.lexicographicallyPrecedes(right.steps) { mine, theirs in
            switch (mine, theirs) {
            case (.name(let mine), .name(let theirs)): mine.lexicographicallyPrecedes(theirs)
            case (.index(let mine), .index(let theirs)): mine < theirs
            case (.name, .index): true
            case (.index, .name): false
            }
        }
    }

    /// The runs of sorted paths that have the same step at `depth`; all must have one.
    static func groups(_ range: Range<Int>, _ depth: Int, _ path: (Int) -> DocumentPath) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let step = path(start).steps[depth]
            var end = start + 1
            while end < range.upperBound, path(end).steps[depth] == step { end += 1 }
            groups.append(start..<end)
            start = end
        }
        return groups
    }
}
