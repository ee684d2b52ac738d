/// How much a body may read before it is cut off with `StoreError.budgetExceeded`.
package struct ReadBudget: Sendable {
    package let keys: Int
    /// Of the values; those that are kept decoded do not count.
    package let bytes: Int

    /// What no body may pass.
    package static let whole = ReadBudget(keys: StoreLimits.keysRead, bytes: .max)
    /// What may be read where others wait: about half a millisecond's work.
    package static let brief = ReadBudget(keys: StoreLimits.briefKeys, bytes: StoreLimits.briefBytes)
}
