package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html
package enum ListTagsForResource: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListTagsForResourceInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let key = try call.target(arn: input.resourceARN).key
        return try ScalableTargets.demand("ListTagsForResource", key, in: &call)
    }

    package static func perform(
        _ input: ListTagsForResourceInput, in call: inout Call
    ) throws(ServiceError) -> ListTagsForResourceOutput {
        ListTagsForResourceOutput(tags: try call.target(arn: input.resourceARN).record.tags)
    }
}
