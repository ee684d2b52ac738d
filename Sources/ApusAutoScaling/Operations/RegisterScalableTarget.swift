internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
package enum RegisterScalableTarget: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: RegisterScalableTargetInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let key = try Self.key(input, in: call)
        return try ScalableTargets.demand(
            "RegisterScalableTarget", key, conditions: TagConditions.bringing(input.tags), in: &call)
    }

    private static func key(
        _ input: RegisterScalableTargetInput, in call: borrowing Call
    ) throws(ServiceError) -> ScalableTargetKey {
        try ScalableTargets.key(input.serviceNamespace, input.resourceId, input.scalableDimension, in: call)
    }

    package static func perform(
        _ input: RegisterScalableTargetInput, in call: inout Call
    ) throws(ServiceError) -> RegisterScalableTargetOutput {
        let key = try Self.key(input, in: call)
        var target: ScalableTargetRecord
        if let known = try call.get(key) {
            guard input.tags?.isEmpty ?? true else {
                throw AutoScalingError.validation("Tags cannot be specified for a scalable target that is registered")
            }
            target = known
        } else {
            guard let minimum = input.minCapacity, let maximum = input.maxCapacity else {
                throw AutoScalingError.validation(
                    "MinCapacity and MaxCapacity are required to register a new scalable target")
            }
            let id = call.entropy.uuid().filter { $0 != "-" }
            target = ScalableTargetRecord(
                id: id, created: call.now, minimum: minimum, maximum: maximum, role: key.defaultRole)
            target.tags = input.tags ?? [:]
        }
        target.minimum = input.minCapacity ?? target.minimum
        target.maximum = input.maxCapacity ?? target.maximum
        guard target.minimum >= 0, target.maximum >= target.minimum else {
            throw AutoScalingError.validation("Maximum capacity cannot be less than minimum capacity")
        }
        guard target.tags.count <= AutoScalingLimits.tags else { throw TagResource.tooMany(key.arn(target.id)) }
        target.role = input.roleARN ?? target.role
        if let state = input.suspendedState {
            target.suspended = [
                state.dynamicScalingInSuspended ?? target.suspended[0],
                state.dynamicScalingOutSuspended ?? target.suspended[1],
                state.scheduledScalingSuspended ?? target.suspended[2],
            ]
        }
        try call.put(key, target)
        return RegisterScalableTargetOutput(scalableTargetARN: key.arn(target.id))
    }
}
