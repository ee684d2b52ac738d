package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteSubscriptionFilter.html
package enum DeleteSubscriptionFilter: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeleteSubscriptionFilterInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        call.groupDemand("logs:DeleteSubscriptionFilter", input.logGroupName)
    }

    package static func perform(
        _ input: DeleteSubscriptionFilterInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        let group = try call.group(input.logGroupName)
        let key = LogSubscriptionKey(group: group.id, name: input.filterName)
        guard try call.contains(key) else {
            throw LogsError.resourceNotFound("The specified subscription filter does not exist.")
        }
        try call.delete(key)
        return NoShape()
    }
}
