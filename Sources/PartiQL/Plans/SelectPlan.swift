package import DynamoDBExpressions
package import DynamoDBItems

/// How the items of a SELECT are found: by keys where WHERE gives the hash key, by looking at all otherwise.
package struct SelectPlan: Sendable {
    /// One query for each hash key that is asked for, in the order of the answer; nil: all items are looked at.
    package let queries: [KeyCondition]?
    /// What the items found must fulfil beside.
    package let filter: Condition?
    /// Sort keys descend.
    package let isDescending: Bool
}

extension PartiQLStatement.Select {
    /// Fits WHERE and ORDER BY to the keys of the table or the index; throws AWS's message where a key's type or the order does
    /// not fit.
    package func plan(hash hashKeys: [KeyAttribute], sort sortKeys: [KeyAttribute]) throws(ItemError) -> SelectPlan {
        var terms = WhereTerms(self.condition)
        guard let hashes = terms.takeHashes(hashKeys) else {
            if !self.order.isEmpty {
                throw ItemError(
                    self.condition == nil
                        ? "Must have WHERE clause in the statement when using ORDER BY clause."
                        : "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
                )
            }
            return SelectPlan(queries: nil, filter: self.condition?.expression, isDescending: false)
        }
        guard hashes.count <= PartiQLLimits.hashKeys else {
            throw ItemError(
                "The IN operator is provided with too many operands; number of operands: \(hashes.count)")
        }
        let sort = terms.takeSort(sortKeys)
        var queries: [KeyCondition] = []
        for hash in hashes { queries.append(try KeyCondition(hash + sort, hash: hashKeys, sort: sortKeys)) }
        let isDescending = try self.sortOrder(&queries, hashKeys, sortKeys)
        return SelectPlan(queries: queries, filter: terms.rest, isDescending: isDescending)
    }

    /// Brings the queries into order; whether sort keys descend.
    private func sortOrder(
        _ queries: inout [KeyCondition], _ hashKeys: [KeyAttribute], _ sortKeys: [KeyAttribute]
    ) throws(ItemError) -> Bool {
        guard let first = self.order.first else { return false }
        for order in self.order where !(hashKeys + sortKeys).contains(where: { $0.name == order.attribute }) {
            throw ItemError("Variable reference \(order.attribute) in ORDER BY clause must be part of the primary key")
        }
        if queries.count > 1 {
            guard first.attribute == hashKeys[0].name else {
                throw ItemError(
                    "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause."
                )
            }
            queries.sort { left, right in
                let order = left.hash[0].order(to: right.hash[0]) ?? 0
                return first.isDescending ? order > 0 : order < 0
            }
        }
        return self.order.first { $0.attribute == sortKeys.first?.name }?.isDescending ?? false
    }
}

/// The conditions that WHERE joins with AND, of which those on keys are taken.
struct WhereTerms {
    private var terms: [PartiQLCondition] = []

    init(_ condition: PartiQLCondition?) { if let condition { self.collect(condition) } }

    private mutating func collect(_ condition: PartiQLCondition) {
        if case .all(let parts) = condition {
            for part in parts { self.collect(part) }
        } else {
            self.terms.append(condition)
        }
    }

    /// What was not taken.
    var rest: Condition? { self.terms.isEmpty ? nil : PartiQLCondition.all(self.terms).expression }

    /// For each hash key that is asked for, the equalities that say so; nil where one of the attributes has none.
    mutating func takeHashes(_ keys: [KeyAttribute]) -> [[KeyComparison]]? {
        var found: [[KeyComparison]] = [[]]
        var rest = self.terms
        for key in keys {
            guard let place = rest.firstIndex(where: { Self.values($0, of: key.name) != nil }),
                let values = Self.values(rest[place], of: key.name)
            else { return nil }
            // Several values of several attributes would multiply.
            guard values.count == 1 || keys.count == 1 else { return nil }
            rest.remove(at: place)
            found = found.flatMap { first in values.map { first + [KeyComparison(key.name, .equal, [$0])] } }
        }
        self.terms = rest
        return found
    }

    /// The comparisons of sort keys: equalities, and one other last.
    mutating func takeSort(_ keys: [KeyAttribute]) -> [KeyComparison] {
        var found: [KeyComparison] = []
        for key in keys {
            guard
                let place = self.terms.firstIndex(where: { Self.comparison($0, of: key) != nil }),
                let comparison = Self.comparison(self.terms[place], of: key)
            else { break }
            self.terms.remove(at: place)
            found.append(comparison)
            if comparison.comparison != .equal { break }
        }
        return found
    }

    /// The values that a term lets an attribute have, each once: `=`, IN, or `=` joined by OR. Nil for any other term.
    private static func values(_ term: PartiQLCondition, of name: String) -> [ItemValue]? {
        switch term {
        case .comparison(.equal, let left, let right): return Self.constant(left, right, of: name).map { [$0] }
        case .among(.path(let path), let others) where path == DocumentPath(name: name):
            var values: [ItemValue] = []
            for other in others {
                guard case .value(let value) = other else { return nil }
                if !values.contains(value) { values.append(value) }
            }
            return values
        case .any(let parts):
            var values: [ItemValue] = []
            for part in parts {
                guard let more = Self.values(part, of: name) else { return nil }
                for value in more where !values.contains(value) { values.append(value) }
            }
            return values
        default: return nil
        }
    }

    /// The value that stands on the other side of the attribute.
    private static func constant(
        _ left: PartiQLCondition.Operand, _ right: PartiQLCondition.Operand, of name: String
    ) -> ItemValue? {
        switch (left, right) {
        case (.path(let path), .value(let value)), (.value(let value), .path(let path)):
            path == DocumentPath(name: name) ? value : nil
        default: nil
        }
    }

    private static func comparison(_ term: PartiQLCondition, of key: KeyAttribute) -> KeyComparison? {
        switch term {
        case .comparison(let comparison, let left, let right):
            guard let value = Self.constant(left, right, of: key.name) else { return nil }
            let isReversed = if case .value = left { true } else { false }
            return Self.operation(isReversed ? comparison.mirrored : comparison)
                .map { KeyComparison(key.name, $0, [value]) }
        case .between(.path(let path), .value(let low), .value(let high)) where path == DocumentPath(name: key.name):
            return KeyComparison(key.name, .between, [low, high])
        case .beginsWith(.path(let path), .value(let prefix)) where path == DocumentPath(name: key.name):
            // What no string begins with is told by the filter.
            return key.type == .number ? nil : KeyComparison(key.name, .beginsWith, [prefix])
        default: return nil
        }
    }

    private static func operation(_ comparison: PartiQLCondition.Comparison) -> KeyComparison.Operator? {
        switch comparison {
        case .equal: .equal
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .notEqual: nil
        }
    }

    /// The one item that WHERE names.
    mutating func takeKey(_ keys: [KeyAttribute]) throws(ItemError) -> Item {
        var writer = ItemWriter(capacity: 128)
        writer.beginItem()
        for key in keys {
            guard let place = self.terms.firstIndex(where: { Self.values($0, of: key.name)?.count == 1 }),
                let value = Self.values(self.terms[place], of: key.name)?.first
            else { throw ItemError("Where clause does not contain a mandatory equality on all key attributes") }
            self.terms.remove(at: place)
            writer.name(key.name)
            writer.copy(value)
        }
        return writer.endItem()
    }
}
