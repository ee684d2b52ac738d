internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html
///
/// Filters come in the order of their names, of one group or of all. Tokens are `filter name:group name` of the last one looked
/// at; neither name has a colon.
package enum DescribeMetricFilters: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeMetricFiltersInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        call.groupDemand("logs:DescribeMetricFilters", input.logGroupName ?? "")
    }

    package static func perform(
        _ input: DescribeMetricFiltersInput, in call: inout Call
    ) throws(ServiceError) -> DescribeMetricFiltersOutput {
        guard (input.metricName == nil) == (input.metricNamespace == nil) else {
            throw LogsError.invalidParameter("metricName and metricNamespace must be specified together.")
        }
        let limit = min(input.limit ?? LogsLimits.pageResources, LogsLimits.pageResources)
        var filters: [MetricFilter] = []
        var place = try input.nextToken.map { (text) throws(ServiceError) in try Self.place(text) }
        var looked = 0
        while true {
            let page = try self.names(input, after: place, limit: limit + 1, in: &call)
            for name in page {
                if filters.count == limit || looked == LogsLimits.describedPerCall {
                    return DescribeMetricFiltersOutput(
                        metricFilters: filters, nextToken: place.map { "\($0.filter):\($0.group)" })
                }
                looked += 1
                place = name
                if let filter = try self.filter(name, input, in: &call) { filters.append(filter) }
            }
            guard page.count == limit + 1 else { return DescribeMetricFiltersOutput(metricFilters: filters) }
        }
    }

    private typealias Name = (filter: String, group: String)

    private static func place(_ token: String) throws(ServiceError) -> Name {
        let parts = token.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw LogsError.invalidParameter("The specified nextToken is invalid.") }
        return (String(parts[0]), String(parts[1]))
    }

    private static func names(
        _ input: DescribeMetricFiltersInput, after place: Name?, limit: Int, in call: inout Call
    ) throws(ServiceError) -> [Name] {
        guard let groupName = input.logGroupName else {
            var range = LogMetricFilterNameKey.all(account: call.account, region: call.region)
            if let place { range = range.after(call.metricFilterName(place.filter, group: place.group)) }
            return try call.page(range, limit: limit).map { ($0.key.name, $0.key.group) }
        }
        let group = try call.group(groupName)
        var range = LogMetricFilterKey.all(group: group.id, prefix: input.filterNamePrefix ?? "")
        if let place { range = range.after(LogMetricFilterKey(group: group.id, name: place.filter)) }
        return try call.page(range, limit: limit).map { ($0.key.name, groupName) }
    }

    private static func filter(
        _ name: Name, _ input: DescribeMetricFiltersInput, in call: inout Call
    ) throws(ServiceError) -> MetricFilter? {
        guard let group = try call.get(call.groupKey(name.group)),
            let record = try call.get(LogMetricFilterKey(group: group.id, name: name.filter))
        else { return nil }
        if let metric = input.metricName, let namespace = input.metricNamespace {
            let makes = record.transformations.contains { $0.metricName == metric && $0.metricNamespace == namespace }
            guard makes else { return nil }
        }
        return MetricFilter(
            filterName: name.filter, filterPattern: record.pattern,
            metricTransformations: record.transformations.map(Self.shape),
            creationTime: Int(record.created.milliseconds), logGroupName: name.group, applyOnTransformedLogs: false)
    }

    private static func shape(_ stored: LogMetricFilterRecord.Transformation) -> MetricTransformation {
        MetricTransformation(
            metricName: stored.metricName, metricNamespace: stored.metricNamespace, metricValue: stored.metricValue,
            defaultValue: stored.defaultValue, dimensions: stored.dimensions.isEmpty ? nil : stored.dimensions,
            unit: stored.unit)
    }
}
