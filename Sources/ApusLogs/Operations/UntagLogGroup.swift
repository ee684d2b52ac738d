package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html
package enum UntagLogGroup: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UntagLogGroupInput, in call: inout Call) throws(ServiceError) -> Demands {
        var demand = call.streamDemand("logs:UntagLogGroup", group: input.logGroupName, stream: "")
        demand.conditions = TagConditions.naming(input.tags)
        return Demands(demand)
    }

    package static func perform(_ input: UntagLogGroupInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let group = try call.group(input.logGroupName)
        try call.changeTags(of: input.logGroupName, group, tooMany: LogsError.invalidParameter) { tags in
            for key in input.tags { tags[key] = nil }
        }
        return NoShape()
    }
}
