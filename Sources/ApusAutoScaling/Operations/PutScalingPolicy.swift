internal import ApusBase
package import ApusService
internal import ApusStore
internal import ApusWire

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
///
/// AWS makes alarms of CloudWatch, which scale; here the policy is kept, and the answer tells of no alarms.
package enum PutScalingPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: PutScalingPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        let key = try ScalableTargets.key(
            input.serviceNamespace, input.resourceId, input.scalableDimension, in: call)
        return try ScalableTargets.demand("PutScalingPolicy", key, in: &call)
    }

    package static func perform(
        _ input: PutScalingPolicyInput, in call: inout Call
    ) throws(ServiceError) -> PutScalingPolicyOutput {
        let key = try ScalableTargets.key(
            input.serviceNamespace, input.resourceId, input.scalableDimension, in: call)
        guard input.policyType == "TargetTrackingScaling",
            let tracking = input.targetTrackingScalingPolicyConfiguration,
            input.stepScalingPolicyConfiguration == nil, input.predictiveScalingPolicyConfiguration == nil
        else {
            throw AutoScalingError.validation(
                "Tables of DynamoDB scale with policies of the type TargetTrackingScaling and its configuration only")
        }
        guard var target = try call.get(key) else {
            throw AutoScalingError.objectNotFound("No scalable target registered for \(key.description)")
        }
        var writer = JSONShapeWriter()
        tracking.encode(to: &writer)
        let policy: ScalingPolicyRecord
        if let place = target.policies.firstIndex(where: { $0.name == input.policyName }) {
            target.policies[place].configuration = writer.bytes
            policy = target.policies[place]
        } else {
            policy = ScalingPolicyRecord(
                name: input.policyName, id: call.entropy.uuid(), created: call.now, configuration: writer.bytes)
            target.policies.append(policy)
            target.policies.sort { $0.name < $1.name }
        }
        guard target.policies.count <= AutoScalingLimits.policies else {
            throw AutoScalingError.limitExceeded(
                "A scalable target has at most \(AutoScalingLimits.policies) scaling policies")
        }
        try call.put(key, target)
        return PutScalingPolicyOutput(policyARN: key.arn(of: policy), alarms: [])
    }
}
