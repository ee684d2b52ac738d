internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
package enum PutProvisionedConcurrencyConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: PutProvisionedConcurrencyConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:PutProvisionedConcurrencyConfig", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: PutProvisionedConcurrencyConfigInput, in call: inout Call
    ) throws(ServiceError) -> PutProvisionedConcurrencyConfigOutput {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        guard target.record.number != nil else { throw Call.unpublished }
        try SnapStartRules.checkProvisioned(target.record)
        try TenantIsolation.refuse(.provisionedConcurrency, of: target.record.configuration)
        let function = target.record.id
        if let alias = try call.get(AliasKey(function: function, name: input.qualifier)) {
            try call.checkProvisioned(alias, of: function)
        } else {
            for alias in try call.aliases(of: function, to: input.qualifier)
            where try call.contains(ProvisionedKey(function: function, qualifier: alias)) {
                throw LambdaError.resourceConflict("Version is pointed by a Provisioned Concurrency alias")
            }
        }
        try self.account(for: input, target, in: &call)
        let record = ProvisionedRecord(
            requested: input.provisionedConcurrentExecutions, modified: call.now, key: target.key)
        try call.put(ProvisionedKey(function: function, qualifier: input.qualifier), record)
        call.signal(ProvisionedEnvironments.channel)
        guard let latest = try call.get(target.key) else { throw target.key.notFound(nil) }
        let status = try call.status(of: record, input.qualifier, latest: latest)
        return PutProvisionedConcurrencyConfigOutput(
            requestedProvisionedConcurrentExecutions: status.requested,
            availableProvisionedConcurrentExecutions: status.allocated,
            allocatedProvisionedConcurrentExecutions: status.allocated, status: "IN_PROGRESS",
            lastModified: status.modified.lambdaDate)
    }

    /// Takes it from what the function has reserved, or from the account's.
    private static func account(
        for input: PutProvisionedConcurrencyConfigInput, _ target: FunctionTarget, in call: inout Call
    ) throws(ServiceError) {
        let key = ProvisionedKey(function: target.record.id, qualifier: input.qualifier)
        let growth = input.provisionedConcurrentExecutions - (try call.get(key)?.requested ?? 0)
        if let reserved = target.shared.reservedConcurrency {
            guard try call.provisioned(of: target.record.id) + growth <= reserved else {
                throw LambdaError.invalidParameterValue(
                    "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for "
                        + "function")
            }
            return
        }
        let usage = try call.usage(account: target.key.account, region: target.key.region)
        let left = LambdaLimits.accountConcurrency - usage.reservedConcurrency - usage.provisionedConcurrency - growth
        guard left >= LambdaLimits.unreservedConcurrency else {
            throw LambdaError.invalidParameterValue(
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
                    + "minimum value of [\(LambdaLimits.unreservedConcurrency)].")
        }
        try target.key.changeUsage(in: &call) { $0.provisionedConcurrency += growth }
    }
}
