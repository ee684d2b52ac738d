package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html
package enum DeregisterScalableTarget: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeregisterScalableTargetInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let key = try ScalableTargets.key(
            input.serviceNamespace, input.resourceId, input.scalableDimension, in: call)
        return try ScalableTargets.demand("DeregisterScalableTarget", key, in: &call)
    }

    package static func perform(
        _ input: DeregisterScalableTargetInput, in call: inout Call
    ) throws(ServiceError) -> DeregisterScalableTargetOutput {
        let key = try ScalableTargets.key(
            input.serviceNamespace, input.resourceId, input.scalableDimension, in: call)
        guard try call.contains(key) else {
            throw AutoScalingError.objectNotFound("No scalable target found for \(key.description)")
        }
        // With its policies.
        try call.delete(key)
        return DeregisterScalableTargetOutput()
    }
}
