/// How a service answers requests that break the model's constraints.
package struct ValidationPolicy: Sendable, Equatable {
    /// What absent required members answer.
    package enum Missing: Sendable, Equatable {
        /// Counted among the other violations: `Value null at 'role' failed to satisfy constraint: Member must not be
        /// null`.
        case collected
        /// Alone, before all else: `The request must contain the parameter QueueUrl.`
        case named
    }
    /// The code of the error that lists violations.
    package let code: String
    /// Its namespace is the service's own (true) or the common one.
    package let isModelled: Bool
    package let missing: Missing

    package init(code: String = "ValidationException", isModelled: Bool = false, missing: Missing = .collected) {
        self.code = code
        self.isModelled = isModelled
        self.missing = missing
    }
}
