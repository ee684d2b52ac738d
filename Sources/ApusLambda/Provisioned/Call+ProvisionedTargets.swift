internal import ApusService

/// What the operations on provisioned concurrency share.
extension Call {
    /// A published version or an alias of one.
    ///
    /// Errors: ResourceNotFoundException; InvalidParameterValueException for `$LATEST`.
    mutating func provisionedTarget(_ name: String, _ qualifier: String) throws(ServiceError) -> FunctionTarget {
        let target = try self.target(name, qualifier: qualifier)
        guard qualifier != "$LATEST" else {
            throw LambdaError.invalidParameterValue(
                "The function resource provided must be an alias or a published version.")
        }
        return target
    }

    /// Refuses an alias that has or gets provisioned concurrency and leads to `$LATEST` or to a version with its own.
    mutating func checkProvisioned(_ alias: AliasRecord, of function: UInt64) throws(ServiceError) {
        for version in [alias.version] + alias.weights.keys.sorted() {
            guard version != "$LATEST" else { throw Self.unpublished }
            guard try !self.contains(ProvisionedKey(function: function, qualifier: version)) else {
                throw LambdaError.resourceConflict(
                    "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
            }
        }
    }

    static var unpublished: ServiceError {
        LambdaError.invalidParameterValue(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    }
}
