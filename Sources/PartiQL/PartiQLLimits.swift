/// The documented limits of statements.
package enum PartiQLLimits {
    /// Characters of a statement (botocore, PartiQLStatement).
    package static let statementCharacters = 8192
    /// Hash keys that IN may ask for, and operands of IN on other attributes.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
    package static let hashKeys = 50
    package static let inOperands = 100
    /// Levels of parentheses and of NOT: our own bound, for the stack's sake.
    package static let conditionDepth = 100
}
