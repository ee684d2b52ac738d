package import DynamoDBItems
internal import Synchronization

/// Keeps what texts were read into: applications send few texts, and each of them often. Safe to share.
///
/// A cache that is full is emptied; texts are short, and reading one anew costs microseconds.
package final class ExpressionCache: Sendable {
    private struct Entries: Sendable {
        var conditions: [ExpressionKind: [String: ConditionExpression]] = [:]
        var updates: [String: UpdateExpression] = [:]
        var projections: [String: ProjectionExpression] = [:]
        var count = 0
    }

    private let capacity: Int
    private let entries = Mutex(Entries())

    /// `capacity` is how many texts are kept.
    package init(capacity: Int = 512) { self.capacity = capacity }

    /// Throws what `ConditionExpression.init` does.
    package func condition(_ text: String, as kind: ExpressionKind) throws(ItemError) -> ConditionExpression {
        if let known = self.entries.withLock({ $0.conditions[kind]?[text] }) { return known }
        let expression = try ConditionExpression(text, as: kind)
        self.entries.withLock { entries in
            self.makeRoom(&entries)
            entries.conditions[kind, default: [:]][text] = expression
        }
        return expression
    }

    /// Throws what `UpdateExpression.init` does.
    package func update(_ text: String) throws(ItemError) -> UpdateExpression {
        if let known = self.entries.withLock({ $0.updates[text] }) { return known }
        let expression = try UpdateExpression(text)
        self.entries.withLock { entries in
            self.makeRoom(&entries)
            entries.updates[text] = expression
        }
        return expression
    }

    /// Throws what `ProjectionExpression.init` does.
    package func projection(_ text: String) throws(ItemError) -> ProjectionExpression {
        if let known = self.entries.withLock({ $0.projections[text] }) { return known }
        let expression = try ProjectionExpression(text)
        self.entries.withLock { entries in
            self.makeRoom(&entries)
            entries.projections[text] = expression
        }
        return expression
    }

    private func makeRoom(_ entries: inout Entries) {
        if entries.count >= self.capacity { entries = Entries() }
        entries.count += 1
    }
}
