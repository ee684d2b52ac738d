package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
package enum TagResource: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: TagResourceInput, in call: inout Call) throws(ServiceError) -> Demands {
        let name = try LogsName.group(tagged: input.resourceArn, account: call.account, region: call.region)
        var demand = call.tagDemand("logs:TagResource", name)
        demand.conditions = TagConditions.bringing(input.tags)
        return Demands(demand)
    }

    package static func perform(_ input: TagResourceInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let (name, group) = try call.group(tagged: input.resourceArn)
        try call.changeTags(of: name, group) { message in
            LogsError.tooManyTags(message, resourceName: input.resourceArn)
        } _: { tags in
            tags.merge(input.tags) { _, new in new }
        }
        return NoShape()
    }
}
