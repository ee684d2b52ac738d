internal import DynamoDBItems

/// The request's parameter that an expression comes in; its name stands in messages.
package enum ExpressionKind: String, Hashable, Sendable {
    case condition = "ConditionExpression"
    case filter = "FilterExpression"
    case keyCondition = "KeyConditionExpression"
    case projection = "ProjectionExpression"
    case update = "UpdateExpression"

    /// What AWS says of an expression that is wrong in itself.
    func invalid(_ message: String) -> ItemError { ItemError("Invalid \(self.rawValue): \(message)") }

    /// Refuses a text that is empty or too long.
    func checkSize(_ text: String) throws(ItemError) {
        if text.isEmpty { throw self.invalid("The expression can not be empty;") }
        guard text.utf8.count <= ExpressionLimits.textBytes else {
            throw self.invalid(
                "Expression size has exceeded the maximum allowed size; expression size: \(text.utf8.count)")
        }
    }

    func tooManyOperators(_ count: Int) -> ItemError {
        self.invalid("The expression contains too many operators; operator count: \(count)")
    }
}
