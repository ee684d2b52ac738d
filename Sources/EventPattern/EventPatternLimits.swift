/// The numbers of event patterns.
package enum EventPatternLimits {
    /// Bytes of a pattern. Our own, above the 4,096 characters that EventBridge and Lambda allow.
    package static let patternBytes = 65_536
    /// Wildcards in all texts of a pattern. Our own: AWS refuses what its automaton would need too many states for.
    package static let wildcards = 1_024
    /// Numbers of patterns and events that are compared lie between minus this and this.
    ///
    /// Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching
    package static let number = 5e9
    /// Bytes of a pattern that an error shows, as AWS's JSON parser does.
    static let shownBytes = 500
}
