package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html
package enum TagLogGroup: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: TagLogGroupInput, in call: inout Call) throws(ServiceError) -> Demands {
        var demand = call.streamDemand("logs:TagLogGroup", group: input.logGroupName, stream: "")
        demand.conditions = TagConditions.bringing(input.tags)
        return Demands(demand)
    }

    package static func perform(_ input: TagLogGroupInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let group = try call.group(input.logGroupName)
        try call.changeTags(of: input.logGroupName, group, tooMany: LogsError.invalidParameter) { tags in
            tags.merge(input.tags) { _, new in new }
        }
        return NoShape()
    }
}
