package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html
package enum DeleteScalingPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeleteScalingPolicyInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let key = try ScalableTargets.key(
            input.serviceNamespace, input.resourceId, input.scalableDimension, in: call)
        return try ScalableTargets.demand("DeleteScalingPolicy", key, in: &call)
    }

    package static func perform(
        _ input: DeleteScalingPolicyInput, in call: inout Call
    ) throws(ServiceError) -> DeleteScalingPolicyOutput {
        let key = try ScalableTargets.key(
            input.serviceNamespace, input.resourceId, input.scalableDimension, in: call)
        guard var target = try call.get(key),
            let place = target.policies.firstIndex(where: { $0.name == input.policyName })
        else {
            throw AutoScalingError.objectNotFound(
                "No scaling policy found for \(key.description), policy name: \(input.policyName)")
        }
        target.policies.remove(at: place)
        try call.put(key, target)
        return DeleteScalingPolicyOutput()
    }
}
