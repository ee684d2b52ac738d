package import DynamoDBItems

/// A condition, filter or key condition as it is written: what is kept for a text, whatever it is used with.
package struct ConditionExpression: Hashable, Sendable {
    let source: ConditionSyntax

    /// Throws AWS's message for what is wrong with the text itself.
    package init(_ text: String, as kind: ExpressionKind) throws(ItemError) {
        self.source = try ConditionParser.parse(text, as: kind)
    }

    /// The condition with the names and values of one request; throws AWS's message for what does not fit.
    package func bound(to placeholders: inout Placeholders) throws(ItemError) -> Condition {
        var binder = ConditionBinder(self.source, placeholders.bind(self.source.syntax))
        return try binder.bind()
    }
}

/// A condition with its names and values, ready to look at items.
package struct Condition: Sendable {
    let source: ConditionSyntax
    /// In the places of `Syntax.paths` and `Syntax.valueReferences`.
    let paths: [DocumentPath]
    let values: [ItemValue?]

    /// The paths that it looks at, in the order of the text.
    package var documentPaths: [DocumentPath] { self.paths }

    /// Whether `item` fulfils the condition. Only what the condition asks for is looked at.
    package func holds(for item: Item) -> Bool { self.holds(self.source.root, item) }

    private func holds(_ node: Int, _ item: Item) -> Bool {
        switch self.source.nodes[node] {
        case .all(let links): links.allSatisfy { self.holds(self.source.links[$0], item) }
        case .any(let links): links.contains { self.holds(self.source.links[$0], item) }
        case .not(let part): !self.holds(part, item)
        case .comparison(let comparator, let left, let right):
            Self.compare(self.value(left, item), comparator, self.value(right, item))
        case .between(let value, let low, let high): self.isBetween(value, low, high, item)
        case .among(let links): self.isAmong(links, item)
        case .function(let function, let links): self.call(function, links, item)
        case .path, .value: false
        }
    }

    /// What an operand is for this item; nil for what is not there.
    private func value(_ node: Int, _ item: Item) -> ItemValue? {
        switch self.source.nodes[node] {
        case .path(let place): self.paths[place].value(in: item)
        case .value(let place): self.values[place]
        case .function(.size, let links):
            self.value(self.source.links[links.lowerBound], item)?.measure.map { ItemValue(number: ItemNumber($0)) }
        default: nil
        }
    }

    /// What is missing is unequal to everything, and in no order to anything.
    static func compare(_ left: ItemValue?, _ comparator: Comparator, _ right: ItemValue?) -> Bool {
        guard let left, let right else { return comparator == .notEqual }
        switch comparator {
        case .equal: return left == right
        case .notEqual: return left != right
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let order = left.order(to: right) else { return false }
            switch comparator {
            case .less: return order < 0
            case .lessOrEqual: return order <= 0
            case .greater: return order > 0
            default: return order >= 0
            }
        }
    }

    private func isBetween(_ value: Int, _ low: Int, _ high: Int, _ item: Item) -> Bool {
        guard let value = self.value(value, item) else { return false }
        return Self.compare(value, .greaterOrEqual, self.value(low, item))
            && Self.compare(value, .lessOrEqual, self.value(high, item))
    }

    private func isAmong(_ links: Range<Int>, _ item: Item) -> Bool {
        guard let value = self.value(self.source.links[links.lowerBound], item) else { return false }
        return links.dropFirst().contains { self.value(self.source.links[$0], item) == value }
    }

    private func call(_ function: ConditionFunction, _ links: Range<Int>, _ item: Item) -> Bool {
        let first = self.value(self.source.links[links.lowerBound], item)
        switch function {
        case .attributeExists: return first != nil
        case .attributeNotExists: return first == nil
        case .size: return false
        case .attributeType, .beginsWith, .contains:
            guard let first, let second = self.value(self.source.links[links.lowerBound + 1], item) else {
                return false
            }
            switch function {
            case .attributeType: return second.string == first.type.rawValue
            case .beginsWith: return first.begins(with: second)
            default: return first.contains(second)
            }
        }
    }
}
