package import ApusService
package import ApusWire
internal import ApusStore
internal import LogPattern

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
package enum PutSubscriptionFilter: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: PutSubscriptionFilterInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        call.groupDemand("logs:PutSubscriptionFilter", input.logGroupName)
    }

    /// A filter of the same name is replaced and keeps its time of creation. The function must let Logs invoke it now; whether
    /// it still does is asked again with each delivery.
    package static func perform(
        _ input: PutSubscriptionFilterInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        try UnsupportedSettings.refuse([
            ("applyOnTransformedLogs", input.applyOnTransformedLogs == true),
            ("fieldSelectionCriteria", input.fieldSelectionCriteria?.isEmpty == false),
            ("emitSystemFields", input.emitSystemFields?.isEmpty == false),
        ])
        let group = try call.group(input.logGroupName)
        try call.requireFilters(of: group)
        let pattern = try LogPattern.compile(input.filterPattern)
        let destination = try SubscriptionDestination(
            input.destinationArn, roleARN: input.roleArn, group: input.logGroupName, account: call.account,
            region: call.region)
        let key = LogSubscriptionKey(group: group.id, name: input.filterName)
        let existing = try call.get(key)
        if existing == nil {
            let all = LogSubscriptionKey.all(group: group.id)
            guard try call.count(all, limit: LogsLimits.subscriptionFilters) < LogsLimits.subscriptionFilters else {
                throw Call.limitExceeded
            }
        }
        try call.requireRegexRoom(for: pattern, in: group, subscription: input.filterName)
        guard try call.mayDeliver(to: destination.arn, from: input.logGroupName) else {
            throw LogsError.invalidParameter(
                "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function."
            )
        }
        let record = LogSubscriptionRecord(
            pattern: input.filterPattern, hasRegex: pattern.regexCount > 0, destinationARN: destination.arn,
            distribution: input.distribution ?? "ByLogStream", created: existing?.created ?? call.now)
        try call.put(key, record)
        return NoShape()
    }
}
