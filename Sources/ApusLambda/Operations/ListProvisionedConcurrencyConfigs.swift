internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html
package enum ListProvisionedConcurrencyConfigs: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListProvisionedConcurrencyConfigsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:ListProvisionedConcurrencyConfigs", input.functionName))
    }

    package static func perform(
        _ input: ListProvisionedConcurrencyConfigsInput, in call: inout Call
    ) throws(ServiceError) -> ListProvisionedConcurrencyConfigsOutput {
        let (key, latest) = try call.wholeFunction(input.functionName)
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        var range = ProvisionedKey.all(function: latest.id)
        if let last = try PageMarker.read(input.marker) {
            range = range.after(ProvisionedKey(function: latest.id, qualifier: last))
        }
        let found = try call.page(range, limit: limit + 1)
        var items: [ProvisionedConcurrencyConfigListItem] = []
        for (place, record) in found.prefix(limit) {
            let status = try call.status(of: record, place.qualifier, latest: latest)
            items.append(
                ProvisionedConcurrencyConfigListItem(
                    functionArn: key.arn(qualifier: place.qualifier),
                    requestedProvisionedConcurrentExecutions: status.requested,
                    availableProvisionedConcurrentExecutions: status.allocated,
                    allocatedProvisionedConcurrentExecutions: status.allocated, status: status.status,
                    statusReason: status.reason, lastModified: status.modified.lambdaDate))
        }
        return ListProvisionedConcurrencyConfigsOutput(
            provisionedConcurrencyConfigs: items,
            nextMarker: found.count > limit ? PageMarker.make(found[limit - 1].key.qualifier) : nil)
    }
}
