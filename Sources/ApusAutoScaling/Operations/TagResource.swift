package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html
package enum TagResource: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: TagResourceInput, in call: inout Call) throws(ServiceError) -> Demands {
        let key = try call.target(arn: input.resourceARN).key
        return try ScalableTargets.demand(
            "TagResource", key, conditions: TagConditions.bringing(input.tags), in: &call)
    }

    package static func perform(
        _ input: TagResourceInput, in call: inout Call
    ) throws(ServiceError) -> TagResourceOutput {
        var (key, target) = try call.target(arn: input.resourceARN)
        target.tags.merge(input.tags) { $1 }
        guard target.tags.count <= AutoScalingLimits.tags else { throw Self.tooMany(input.resourceARN) }
        try call.put(key, target)
        return TagResourceOutput()
    }

    static func tooMany(_ arn: String) -> ServiceError {
        AutoScalingError.tooManyTags(
            "A scalable target has at most \(AutoScalingLimits.tags) tags", resourceName: arn)
    }
}
