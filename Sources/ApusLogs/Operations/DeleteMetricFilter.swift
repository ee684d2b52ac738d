package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html
package enum DeleteMetricFilter: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteMetricFilterInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.groupDemand("logs:DeleteMetricFilter", input.logGroupName)
    }

    package static func perform(_ input: DeleteMetricFilterInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let group = try call.group(input.logGroupName)
        let key = LogMetricFilterKey(group: group.id, name: input.filterName)
        guard try call.contains(key) else {
            throw LogsError.resourceNotFound("The specified metric filter does not exist.")
        }
        try call.delete(key)
        try call.delete(call.metricFilterName(input.filterName, group: input.logGroupName))
        return NoShape()
    }
}
