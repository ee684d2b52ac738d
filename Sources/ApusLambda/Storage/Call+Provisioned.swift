package import ApusService
internal import ApusStore

/// Provisioned concurrency as the account's numbers know it: what functions without reserved concurrency have provisioned.
extension Call {
    /// The sum of what is provisioned for a function's versions and aliases.
    package mutating func provisioned(of function: UInt64) throws(ServiceError) -> Int {
        var sum = 0
        try self.scan(ProvisionedKey.all(function: function)) { _, record in
            sum += record.requested
            return .next
        }
        return sum
    }

    /// Takes the provisioned concurrency of a version or an alias away, where it has any.
    package mutating func unprovision(
        _ qualifier: String, of function: UInt64, _ key: FunctionKey, _ shared: FunctionShared
    ) throws(ServiceError) {
        let place = ProvisionedKey(function: function, qualifier: qualifier)
        guard let record = try self.get(place) else { return }
        try self.delete(place)
        self.signal(ProvisionedEnvironments.channel)
        guard shared.reservedConcurrency == nil else { return }
        try key.changeUsage(in: &self) { $0.provisionedConcurrency -= record.requested }
    }
}
