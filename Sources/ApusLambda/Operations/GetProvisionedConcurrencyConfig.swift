internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html
package enum GetProvisionedConcurrencyConfig: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetProvisionedConcurrencyConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:GetProvisionedConcurrencyConfig", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: GetProvisionedConcurrencyConfigInput, in call: inout Call
    ) throws(ServiceError) -> GetProvisionedConcurrencyConfigOutput {
        let target = try call.provisionedTarget(input.functionName, input.qualifier)
        guard let record = try call.get(ProvisionedKey(function: target.record.id, qualifier: input.qualifier)),
            let latest = try call.get(target.key)
        else {
            throw LambdaError.provisionedConcurrencyConfigNotFound(
                "No Provisioned Concurrency Config found for this function")
        }
        let status = try call.status(of: record, input.qualifier, latest: latest)
        return GetProvisionedConcurrencyConfigOutput(
            requestedProvisionedConcurrentExecutions: status.requested,
            availableProvisionedConcurrentExecutions: status.allocated,
            allocatedProvisionedConcurrentExecutions: status.allocated, status: status.status,
            statusReason: status.reason, lastModified: status.modified.lambdaDate)
    }
}
