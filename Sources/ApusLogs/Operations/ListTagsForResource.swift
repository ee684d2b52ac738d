package import ApusService

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html
package enum ListTagsForResource: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListTagsForResourceInput, in call: inout Call) throws(ServiceError) -> Demands
    {
        let name = try LogsName.group(tagged: input.resourceArn, account: call.account, region: call.region)
        return Demands(call.tagDemand("logs:ListTagsForResource", name))
    }

    package static func perform(
        _ input: ListTagsForResourceInput, in call: inout Call
    ) throws(ServiceError) -> ListTagsForResourceOutput {
        ListTagsForResourceOutput(tags: try call.group(tagged: input.resourceArn).record.tags)
    }
}
