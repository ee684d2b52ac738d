package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html
package enum UntagResource: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UntagResourceInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(
            try call.tagDemand("lambda:UntagResource", input.resource, conditions: TagConditions.naming(input.tagKeys)))
    }

    package static func perform(_ input: UntagResourceInput, in call: inout Call) throws(ServiceError) -> NoShape {
        try call.changeTags(of: input.resource) { tags in for key in input.tagKeys { tags[key] = nil } }
        return NoShape()
    }
}
