package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html
package enum UntagResource: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UntagResourceInput, in call: inout Call) throws(ServiceError) -> Demands {
        let name = try LogsName.group(tagged: input.resourceArn, account: call.account, region: call.region)
        var demand = call.tagDemand("logs:UntagResource", name)
        demand.conditions = TagConditions.naming(input.tagKeys)
        return Demands(demand)
    }

    package static func perform(_ input: UntagResourceInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let (name, group) = try call.group(tagged: input.resourceArn)
        try call.changeTags(of: name, group, tooMany: LogsError.invalidParameter) { tags in
            for key in input.tagKeys { tags[key] = nil }
        }
        return NoShape()
    }
}
