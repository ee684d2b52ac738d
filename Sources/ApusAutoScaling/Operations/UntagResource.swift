package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html
package enum UntagResource: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UntagResourceInput, in call: inout Call) throws(ServiceError) -> Demands {
        let key = try call.target(arn: input.resourceARN).key
        return try ScalableTargets.demand(
            "UntagResource", key, conditions: TagConditions.naming(input.tagKeys), in: &call)
    }

    package static func perform(
        _ input: UntagResourceInput, in call: inout Call
    ) throws(ServiceError) -> UntagResourceOutput {
        var (key, target) = try call.target(arn: input.resourceARN)
        for name in input.tagKeys { target.tags[name] = nil }
        try call.put(key, target)
        return UntagResourceOutput()
    }
}
