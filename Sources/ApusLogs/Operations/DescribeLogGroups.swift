internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
package enum DescribeLogGroups: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: DescribeLogGroupsInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.groupDemand("logs:DescribeLogGroups", "")
    }

    package static func perform(
        _ input: DescribeLogGroupsInput, in call: inout Call
    ) throws(ServiceError) -> DescribeLogGroupsOutput {
        if input.logGroupNamePrefix != nil, input.logGroupNamePattern != nil {
            throw LogsError.invalidParameter(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
        }
        let limit = min(input.limit ?? LogsLimits.pageResources, LogsLimits.pageResources)
        var range = LogGroupKey.all(account: call.account, region: call.region, prefix: input.logGroupNamePrefix ?? "")
        if let token = input.nextToken { range = range.after(call.groupKey(token)) }
        let pattern = input.logGroupNamePattern?.lowercased()
        let names = input.logGroupIdentifiers.map {
            Set($0.map { ARN($0).map { String($0.resource.dropFirst(10)) } ?? $0 })
        }
        var found: [(key: LogGroupKey, value: LogGroupRecord)] = []
        try call.scan(range) { (key, value) throws(StoreError) in
            if let pattern, !contains(key.name.lowercased(), pattern) { return .next }
            if let names, !names.contains(key.name) { return .next }
            if let group = input.logGroupClass, group != value.logGroupClass { return .next }
            found.append((key, value))
            return found.count <= limit ? .next : .stop
        }
        let next = found.count > limit ? found[limit - 1].key.name : nil
        var groups: [LogGroup] = []
        for (key, value) in found.prefix(limit) {
            let filters = try call.count(LogMetricFilterKey.all(group: value.id), limit: LogsLimits.metricFilters)
            groups.append(self.shape(key, value, filters))
        }
        return DescribeLogGroupsOutput(logGroups: groups, nextToken: next)
    }

    private static func shape(_ key: LogGroupKey, _ value: LogGroupRecord, _ filters: Int) -> LogGroup {
        let arn = LogsName.groupARN(key.name, account: key.account, region: key.region).description
        return LogGroup(
            logGroupName: key.name, creationTime: Int(value.created.milliseconds), retentionInDays: value.retentionDays,
            metricFilterCount: filters, arn: arn + ":*", storedBytes: 0, logGroupClass: value.logGroupClass,
            logGroupArn: arn)
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        Wildcard.matches(pattern: "*\(part)*", text)
    }
}
