internal import ApusBase
package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
package enum TagResource: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: TagResourceInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(
            try call.tagDemand("lambda:TagResource", input.resource, conditions: TagConditions.bringing(input.tags)))
    }

    package static func perform(_ input: TagResourceInput, in call: inout Call) throws(ServiceError) -> NoShape {
        try call.changeTags(of: input.resource) { tags in tags.merge(input.tags) { _, new in new } }
        return NoShape()
    }
}
