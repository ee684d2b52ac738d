import DynamoDBItems

@testable import DynamoDBExpressions

/// Shorthand: items as JSON of the wire, expressions with their placeholders.
enum Fixture {
    static func item(_ json: String) throws -> Item { try ItemInput(json: json).checked() }

    static func placeholders(_ names: [String: String]?, _ values: String?) throws -> Placeholders {
        try Placeholders(names: names, values: values.map { try ItemInput(json: $0) })
    }

    static func condition(
        _ text: String, names: [String: String]? = nil, values: String? = nil, as kind: ExpressionKind = .condition
    ) throws -> Condition {
        var placeholders = try Self.placeholders(names, values)
        let condition = try ConditionExpression(text, as: kind).bound(to: &placeholders)
        try placeholders.checkAllUsed()
        return condition
    }

    static func update(_ text: String, names: [String: String]? = nil, values: String? = nil) throws -> Update {
        var placeholders = try Self.placeholders(names, values)
        let update = try UpdateExpression(text).bound(to: &placeholders)
        try placeholders.checkAllUsed()
        return update
    }

    static func projection(_ text: String, names: [String: String]? = nil) throws -> Projection {
        var placeholders = try Self.placeholders(names, nil)
        let projection = try ProjectionExpression(text).bound(to: &placeholders)
        try placeholders.checkAllUsed()
        return projection
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
