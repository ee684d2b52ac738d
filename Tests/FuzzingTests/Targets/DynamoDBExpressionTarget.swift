import ApusBase
import DynamoDBExpressions
import DynamoDBItems

/// Expressions of DynamoDB: the first line is the text, the second an item, the third the values. Whatever the text is, it is read
/// as each kind; what an update or a projection makes is an item; a projection of a projection is the same.
enum DynamoDBExpressionTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        guard let text = String(utf8: Array(lines[0])) else { return }
        let item = Self.item(lines.count > 1 ? Array(lines[1]) : []) ?? .empty
        let values = lines.count > 2 ? Self.item(Array(lines[2])) : nil
        guard
            let placeholders = try? Placeholders(names: ["#a": "a", "#b": "b.c"], values: values.map { ItemInput($0) })
        else { return }
        for kind in [ExpressionKind.condition, .keyCondition] {
            var unused = placeholders
            if let condition = try? ConditionExpression(text, as: kind).bound(to: &unused) {
                _ = condition.holds(for: item)
                _ = try? condition.keyComparisons()
            }
        }
        var unused = placeholders
        if let update = try? UpdateExpression(text).bound(to: &unused),
            let new = try? update.applied(to: item, key: .empty)
        {
            try FuzzFailure.unless(
                (try? Item(stored: new.bytes)) == new, "an update made no item: \(text) of \(item.json)")
        }
        unused = placeholders
        if let projection = try? ProjectionExpression(text).bound(to: &unused) {
            let part = projection.applied(to: item)
            try FuzzFailure.unless((try? Item(stored: part.bytes)) == part, "a projection made no item: \(text)")
            try FuzzFailure.unless(part.size <= item.size, "a part is larger than the whole: \(text)")
        }
    }

    private static func item(_ bytes: [UInt8]) -> Item? {
        var json = JSONReader(bytes)
        return try? ItemReader.item(from: &json).checked()
    }
}
