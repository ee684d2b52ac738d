package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html
package enum ListTags: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListTagsInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.tagDemand("lambda:ListTags", input.resource))
    }

    package static func perform(_ input: ListTagsInput, in call: inout Call) throws(ServiceError) -> ListTagsOutput {
        ListTagsOutput(tags: try call.tags(of: input.resource))
    }
}
