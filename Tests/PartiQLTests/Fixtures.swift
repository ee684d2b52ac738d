import ApusBase
import DynamoDBExpressions
import DynamoDBItems

@testable import PartiQL

/// Shorthand: items as JSON of the wire, statements with their parameters.
enum Fixture {
    static let hash = KeyAttribute("Artist", .string)
    static let sort = KeyAttribute("Song", .string)

    static func item(_ json: String) throws -> Item {
        var reader = JSONReader(Array(json.utf8))
        return try ItemReader.item(from: &reader).checked()
    }

    static func value(_ json: String) throws -> ItemValue {
        var reader = JSONReader(Array(json.utf8))
        return try ItemReader.value(from: &reader).checked()
    }

    static func select(_ text: String, _ parameters: [ItemValue] = []) throws -> PartiQLStatement.Select {
        guard case .select(let select) = try PartiQLStatement(text, parameters: parameters) else {
            throw ItemError("no SELECT")
        }
        return select
    }

    static func plan(_ text: String, _ parameters: [ItemValue] = []) throws -> SelectPlan {
        try Self.select(text, parameters).plan(hash: [Self.hash], sort: [Self.sort])
    }

    static func update(_ text: String, _ parameters: [ItemValue] = []) throws -> PartiQLStatement.UpdateItem {
        guard case .update(let update) = try PartiQLStatement(text, parameters: parameters) else {
            throw ItemError("no UPDATE")
        }
        return update
    }

    /// The message of AWS's ValidationException, nil where there is none.
    static func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let error as ItemError {
            return error.message
        } catch {
            return "\(error)"
        }
    }
}
