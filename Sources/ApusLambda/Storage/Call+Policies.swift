package import ApusService
internal import ApusStore

/// Resource policies: one of the function, which is `$LATEST`'s too, and one of each version and alias that has any.
extension Call {
    package mutating func policy(
        function: UInt64, qualifier: String?
    ) throws(ServiceError) -> FunctionPolicyRecord? {
        guard let qualifier, qualifier != "$LATEST" else { return try self.get(FunctionPolicyKey(function: function)) }
        return try self.get(QualifiedPolicyKey(function: function, qualifier: qualifier))
    }

    /// Writes a policy; one without statements is taken away.
    package mutating func put(
        _ policy: FunctionPolicyRecord, function: UInt64, qualifier: String?
    ) throws(ServiceError) {
        let isEmpty = policy.statements.isEmpty
        if let qualifier, qualifier != "$LATEST" {
            let key = QualifiedPolicyKey(function: function, qualifier: qualifier)
            if isEmpty { try self.delete(key) } else { try self.put(key, policy) }
        } else {
            let key = FunctionPolicyKey(function: function)
            if isEmpty { try self.delete(key) } else { try self.put(key, policy) }
        }
    }
}
