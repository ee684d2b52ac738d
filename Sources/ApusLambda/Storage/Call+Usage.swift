package import ApusService
internal import ApusStore

/// What accounts have in a region.
extension Call {
    /// What the account has, counted now where no release has noted it yet: those had no versions and no layers.
    package mutating func usage(account: String, region: String) throws(ServiceError) -> AccountUsageRecord {
        if let usage = try self.get(AccountUsageKey(account: account, region: region)) { return usage }
        var usage = AccountUsageRecord()
        try self.scan(FunctionKey.all(account: account, region: region)) { _, record in
            usage.functions += 1
            usage.codeBytes += record.code.size
            return .next
        }
        return usage
    }

    /// Changes what is noted. To be called before the change itself is written, so that a first count does not see it.
    ///
    /// Errors: CodeStorageExceededException where packages grow over the account's limit.
    package mutating func changeUsage(
        account: String, region: String, _ change: (inout AccountUsageRecord) -> Void
    ) throws(ServiceError) {
        let old = try self.usage(account: account, region: region)
        var usage = old
        change(&usage)
        if usage.codeBytes > old.codeBytes, usage.codeBytes > LambdaLimits.accountCodeBytes {
            throw LambdaError.codeStorageExceeded("Code storage limit exceeded.")
        }
        try self.put(AccountUsageKey(account: account, region: region), usage)
    }
}

extension FunctionKey {
    /// Changes what is noted of the function's account and region; see `Call.changeUsage`.
    func changeUsage(
        in call: inout Call, _ change: (inout AccountUsageRecord) -> Void
    ) throws(ServiceError) {
        try call.changeUsage(account: self.account, region: self.region, change)
    }
}
