/// The documented limits of expressions.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
package enum ExpressionLimits {
    /// Bytes of an expression's text.
    package static let textBytes = 4096
    /// Operators and functions of an update expression, and of all others.
    package static let operators = 300
    /// Operands of IN.
    package static let inOperands = 100
    /// Bytes of a placeholder, with its `#` or `:`.
    package static let placeholderBytes = 255
    /// Bytes of all names and values that placeholders stand for.
    package static let substitutionBytes = 2 * 1024 * 1024
    /// Names and indexes of a document path, levels of conditions.
    package static let depth = 32
}
