internal import DynamoDBItems

/// One application of an update: the old item is passed once, and only the containers that a path leads through are rewritten.
struct UpdateRun {
    /// Ordered by their paths.
    let changes: [Update.Change]
    let old: Item
    /// There was no item before.
    let isNew: Bool

    private static let wrongType = ItemError("An operand in the update expression has an incorrect data type")
    private static let missing = ItemError(
        "The provided expression refers to an attribute that does not exist in the item")
    private static let invalidPath = ItemError(
        "The document path provided in the update expression is invalid for update")
    /// What AttributeUpdates are told.
    private static let typeMismatch = ItemError("Type mismatch for attribute to update")

    func item() throws(ItemError) -> Item {
        var writer = ItemWriter(capacity: self.old.bytes.count + 128)
        writer.beginItem()
        try self.writeEntries(of: self.old.root, self.changes.indices, depth: 0, to: &writer)
        let error = writer.error
        let item = writer.endItem()
        if let error { throw error }
        return item
    }

    // MARK: Containers

    private func groups(_ range: Range<Int>, _ depth: Int) -> [Range<Int>] {
        DocumentPath.groups(range, depth) { self.changes[$0].path }
    }

    /// The entries of a map with the changes of `range`, all of which have a name at `depth`.
    private func writeEntries(
        of map: ItemValue, _ range: Range<Int>, depth: Int, to writer: inout ItemWriter
    ) throws(ItemError) {
        var groups = self.groups(range, depth)[...]
        for (name, value) in map.entries {
            while let group = groups.first, self.name(group, depth).lexicographicallyPrecedes(name) {
                try self.writePart(nil, group, depth: depth, to: &writer)
                groups = groups.dropFirst()
            }
            if let group = groups.first, self.name(group, depth)[...] == name {
                try self.writePart(value, group, depth: depth, to: &writer)
                groups = groups.dropFirst()
            } else {
                writer.name(utf8: name)
                writer.keep(value)
            }
        }
        for group in groups { try self.writePart(nil, group, depth: depth, to: &writer) }
    }

    private func name(_ group: Range<Int>, _ depth: Int) -> [UInt8] {
        guard case .name(let name) = self.changes[group.lowerBound].path.steps[depth] else { return [] }
        return name
    }

    /// The elements of a list with the changes of `range`, all of which have an index at `depth`. Indexes are those of the old
    /// list; what is set past its end follows it in their order.
    private func writeElements(
        of list: ItemValue, _ range: Range<Int>, depth: Int, to writer: inout ItemWriter
    ) throws(ItemError) {
        var groups = self.groups(range, depth)[...]
        for (index, value) in list.elements.enumerated() {
            if let group = groups.first, self.changes[group.lowerBound].path.steps[depth] == .index(index) {
                try self.writePart(value, group, depth: depth, to: &writer)
                groups = groups.dropFirst()
            } else {
                writer.keep(value)
            }
        }
        for group in groups { try self.writePart(nil, group, depth: depth, to: &writer) }
    }

    /// What becomes of the value at a step: nothing is written where it is removed.
    private func writePart(
        _ value: ItemValue?, _ group: Range<Int>, depth: Int, to writer: inout ItemWriter
    ) throws(ItemError) {
        // Hundreds of appended lists must not fill the memory before the item is measured.
        if writer.byteCount > ItemLimits.storedBytes { throw .updatedItemSize }
        let change = self.changes[group.lowerBound]
        let step = change.path.steps[depth]
        if change.path.steps.count == depth + 1 {
            guard let new = try self.result(of: change.action, on: value) else { return }
            if case .name(let name) = step { writer.name(utf8: name[...]) }
            writer.copy(new)
            return
        }
        guard let value, self.leads(value, into: change.path.steps[depth + 1]) else {
            // Of an item that does not exist yet anything may be removed.
            if self.isNew, group.allSatisfy({ self.isRemoval($0) }) { return }
            throw Self.invalidPath
        }
        if case .name(let name) = step { writer.name(utf8: name[...]) }
        writer.begin(value.type)
        if value.type == .map {
            try self.writeEntries(of: value, group, depth: depth + 1, to: &writer)
        } else {
            try self.writeElements(of: value, group, depth: depth + 1, to: &writer)
        }
        writer.end()
    }

    private func leads(_ value: ItemValue, into step: DocumentPath.Step) -> Bool {
        if case .name = step { value.type == .map } else { value.type == .list }
    }

    private func isRemoval(_ index: Int) -> Bool {
        if case .remove = self.changes[index].action { true } else { false }
    }

    // MARK: Actions

    /// The new value, or nil for none.
    private func result(of action: Update.Action, on old: ItemValue?) throws(ItemError) -> ItemValue? {
        switch action {
        case .set(let source): return try self.value(source)
        case .remove: return nil
        case .add(let value, let isLegacy):
            guard let old else { return value }
            if let left = old.number, let right = value.number { return ItemValue(number: try left.adding(right)) }
            if old.isSet(like: value) { return old.union(value) }
            if isLegacy, old.type == .list, value.type == .list { return Self.joined(old, value) }
            throw isLegacy ? Self.typeMismatch : Self.wrongType
        case .delete(let value, let isLegacy):
            guard let old else { return nil }
            guard old.isSet(like: value) else { throw isLegacy ? Self.typeMismatch : Self.wrongType }
            return old.subtracting(value)
        }
    }

    private func value(_ source: Update.Source) throws(ItemError) -> ItemValue {
        switch source {
        case .value(let value): return value
        case .path(let path):
            guard let value = path.value(in: self.old) else { throw Self.missing }
            return value
        case .ifNotExists(let path, let other):
            if let value = path.value(in: self.old) { return value }
            return try self.value(other)
        case .listAppend(let left, let right):
            let (left, right) = (try self.value(left), try self.value(right))
            guard left.type == .list, right.type == .list else { throw Self.wrongType }
            return Self.joined(left, right)
        case .sum(let left, let right): return ItemValue(number: try self.number(left).adding(self.number(right)))
        case .difference(let left, let right):
            return ItemValue(number: try self.number(left).subtracting(self.number(right)))
        }
    }

    private func number(_ source: Update.Source) throws(ItemError) -> ItemNumber {
        guard let number = try self.value(source).number else { throw Self.wrongType }
        return number
    }

    private static func joined(_ left: ItemValue, _ right: ItemValue) -> ItemValue {
        var writer = ItemWriter(capacity: left.encoded.count + right.encoded.count)
        writer.begin(.list)
        for value in left.elements { writer.keep(value) }
        for value in right.elements { writer.keep(value) }
        writer.end()
        return writer.takeValue()
    }
}
