package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
package enum DeleteLogGroup: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteLogGroupInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.groupDemand("logs:DeleteLogGroup", input.logGroupName)
    }

    /// One clear for each list of the group: the cost does not depend on the number of events. Metric filters, of which there
    /// are few, also stand in the list of all groups.
    package static func perform(_ input: DeleteLogGroupInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let group = try call.group(input.logGroupName)
        try call.clear(LogStreamKey.all(group: group.id))
        try call.clear(LogStreamByTimeKey.all(group: group.id))
        try call.clear(LogStreamNameKey.all(group: group.id))
        try call.clear(LogEventKey.all(group: group.id))
        try call.clear(LogEventByTimeKey.all(group: group.id))
        try call.removeMetricFilters(of: group, named: input.logGroupName)
        try call.clear(LogSubscriptionKey.all(group: group.id))
        try call.removeRetention(of: group)
        try call.delete(call.groupKey(input.logGroupName))
        return NoShape()
    }
}
