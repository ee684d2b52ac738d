package import DynamoDBItems

/// An update as it is written.
package struct UpdateExpression: Hashable, Sendable {
    let source: UpdateSyntax

    /// Throws AWS's message for what is wrong with the text itself.
    package init(_ text: String) throws(ItemError) { self.source = try UpdateParser.parse(text) }

    /// The update with the names and values of one request; throws AWS's message for what does not fit.
    package func bound(to placeholders: inout Placeholders) throws(ItemError) -> Update {
        try UpdateBinder(self.source, placeholders.bind(self.source.syntax)).bind()
    }
}

/// An update with its names and values, ready to make new items of old ones.
package struct Update: Sendable {
    /// What is done at a path.
    package struct Change: Sendable {
        package let path: DocumentPath
        package let action: Action

        package init(path: DocumentPath, action: Action) {
            self.path = path
            self.action = action
        }
    }

    package enum Action: Sendable {
        case set(Source)
        case remove
        /// A number or a set; with `isLegacy` a list, too (AttributeUpdates).
        case add(ItemValue, isLegacy: Bool)
        case delete(ItemValue, isLegacy: Bool)
    }

    /// Where the value comes from that SET gives.
    package indirect enum Source: Sendable {
        case value(ItemValue)
        case path(DocumentPath)
        case ifNotExists(DocumentPath, Source)
        case listAppend(Source, Source)
        case sum(Source, Source)
        case difference(Source, Source)
    }

    /// Ordered by their paths, none of which leads into another.
    package let changes: [Change]

    init(_ changes: [Change]) { self.changes = changes.sorted { $0.path < $1.path } }

    /// An update that comes from no text; throws AWS's message where one path leads into another.
    package init(checked changes: [Change]) throws(ItemError) {
        let paths = changes.map(\.path)
        if Projection(paths).hasClash { try DocumentPath.checkApart(paths, .update) }
        self.init(changes)
    }

    /// What the update names, for UPDATED_OLD and UPDATED_NEW.
    package var projection: Projection { Projection(self.changes.map(\.path)) }

    /// The new item. `old` is nil where there is none; then `key`, its attributes, is what the update begins with.
    ///
    /// All values are those of the old item, whatever the order of the text. Throws AWS's message where a path does not exist, a
    /// type does not fit, or a number leaves its range.
    package func applied(to old: Item?, key: Item) throws(ItemError) -> Item {
        try UpdateRun(changes: self.changes, old: old ?? key, isNew: old == nil).item()
    }
}

extension Update.Source {
    /// The type that the value has whatever the item is; nil where it comes from the item.
    package var type: ValueType? {
        switch self {
        case .value(let value): value.type
        case .path: nil
        case .ifNotExists(_, let other): other.type
        case .listAppend: .list
        case .sum, .difference: .number
        }
    }
}
