internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeSubscriptionFilters.html
///
/// Filters come in the order of their names; the token is the last one's name.
package enum DescribeSubscriptionFilters: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeSubscriptionFiltersInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        call.groupDemand("logs:DescribeSubscriptionFilters", input.logGroupName)
    }

    package static func perform(
        _ input: DescribeSubscriptionFiltersInput, in call: inout Call
    ) throws(ServiceError) -> DescribeSubscriptionFiltersOutput {
        let group = try call.group(input.logGroupName)
        let limit = min(input.limit ?? LogsLimits.pageResources, LogsLimits.pageResources)
        var range = LogSubscriptionKey.all(group: group.id, prefix: input.filterNamePrefix ?? "")
        if let token = input.nextToken { range = range.after(LogSubscriptionKey(group: group.id, name: token)) }
        let found = try call.page(range, limit: limit + 1)
        let filters = found.prefix(limit).map { key, record in
            SubscriptionFilter(
                filterName: key.name, logGroupName: input.logGroupName, filterPattern: record.pattern,
                destinationArn: record.destinationARN, distribution: record.distribution,
                applyOnTransformedLogs: false, creationTime: Int(record.created.milliseconds))
        }
        return DescribeSubscriptionFiltersOutput(
            subscriptionFilters: filters, nextToken: found.count > limit ? found[limit - 1].key.name : nil)
    }
}
