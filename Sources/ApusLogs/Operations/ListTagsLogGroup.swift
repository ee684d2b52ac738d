package import ApusService

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html
package enum ListTagsLogGroup: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListTagsLogGroupInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.groupDemand("logs:ListTagsLogGroup", input.logGroupName)
    }

    package static func perform(
        _ input: ListTagsLogGroupInput, in call: inout Call
    ) throws(ServiceError) -> ListTagsLogGroupOutput {
        ListTagsLogGroupOutput(tags: try call.group(input.logGroupName).tags)
    }
}
