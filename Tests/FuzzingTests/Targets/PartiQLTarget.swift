import ApusBase
import DynamoDBExpressions
import DynamoDBItems
import PartiQL

/// Statements of PartiQL. Whatever is read is planned for a table with a hash and a sort key: a plan's queries and its filter find
/// an item exactly when WHERE holds for it; what an update makes is an item.
enum PartiQLTarget {
    private static let hash = KeyAttribute("a", .string)
    private static let sort = KeyAttribute("b", .number)

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard bytes.count <= PartiQLLimits.statementCharacters, let text = String(utf8: bytes) else { return }
        let count = bytes.count { $0 == UInt8(ascii: "?") }
        for parameters in Set([0, 1, count]).sorted() {
            let values = Array(repeating: ItemValue(string: "x"), count: parameters)
            guard let statement = try? PartiQLStatement(text, parameters: values) else { continue }
            try Self.check(statement, text)
        }
    }

    private static func check(_ statement: PartiQLStatement, _ text: String) throws(FuzzFailure) {
        let items = Self.items
        switch statement {
        case .select(let select), .exists(let select):
            _ = try? WritePlan(select.condition, keys: [Self.hash, Self.sort])
            guard let plan = try? select.plan(hash: [Self.hash], sort: [Self.sort]) else { return }
            let condition = select.condition?.expression
            for item in items {
                let isWanted = condition?.holds(for: item) ?? true
                let isFound = Self.finds(plan, item)
                try FuzzFailure.unless(isWanted == isFound, "a plan finds other items than WHERE asks for: \(text)")
                if let columns = select.columns {
                    let part = PartiQLColumn.applied(columns, to: item)
                    try FuzzFailure.unless((try? Item(stored: part.bytes)) == part, "columns made no item: \(text)")
                }
            }
        case .insert(let insert):
            try FuzzFailure.unless(
                (try? Item(stored: insert.item.bytes)) == insert.item, "an insert made no item: \(text)")
        case .update(let update):
            for item in items {
                guard let new = try? update.update.applied(to: item, key: .empty) else { continue }
                try FuzzFailure.unless((try? Item(stored: new.bytes)) == new, "an update made no item: \(text)")
            }
            _ = try? WritePlan(update.condition, keys: [Self.hash, Self.sort])
        case .delete(let delete): _ = try? WritePlan(delete.condition, keys: [Self.hash, Self.sort])
        }
    }

    private static func finds(_ plan: SelectPlan, _ item: Item) -> Bool {
        if let filter = plan.filter, !filter.holds(for: item) { return false }
        guard let queries = plan.queries else { return true }
        return queries.contains { query in
            query.hash[0] == item["a"]
                && (query.sort.map { sort in item["b"].map { sort.holds(for: $0) } ?? false } ?? true)
        }
    }

    private static var items: [Item] {
        let values: [(String, Int, ItemValue)] = [
            ("x", 1, .null), ("x", 2, ItemValue(string: "xyz")), ("y", 1, ItemValue(bool: true)),
            ("z", 7, ItemValue(number: ItemNumber(5))),
        ]
        return values.map { hash, sort, value in
            var writer = ItemWriter()
            writer.beginItem()
            writer.name("a")
            writer.string(hash)
            writer.name("b")
            writer.number(ItemNumber(sort))
            writer.name("c")
            writer.keep(value)
            return writer.endItem()
        }
    }
}
