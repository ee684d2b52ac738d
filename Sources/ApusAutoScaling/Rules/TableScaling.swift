internal import ApusBase
package import ApusService
internal import ApusStore
internal import ApusWire

/// The scalable targets of DynamoDB's tables, for DynamoDB.
package struct TableScaling: CapacityScaling {
    package init() {}

    package func settings(
        of capacity: ScaledCapacity, in call: inout Call
    ) throws(ServiceError) -> ScalingSettings? {
        guard let target = try call.get(capacity.key) else { return nil }
        var policies: [ScalingPolicySettings] = []
        for policy in target.policies {
            let tracking = try policy.tracking
            policies.append(
                ScalingPolicySettings(
                    name: policy.name, target: tracking.targetValue, isScaleInDisabled: tracking.disableScaleIn,
                    scaleInCooldownSeconds: tracking.scaleInCooldown,
                    scaleOutCooldownSeconds: tracking.scaleOutCooldown))
        }
        return ScalingSettings(
            minimum: target.minimum, maximum: target.maximum, role: target.role, policies: policies)
    }

    package func change(
        _ change: ScalingChange, of capacity: ScaledCapacity, in call: inout Call
    ) throws(ServiceError) {
        let key = capacity.key
        var target: ScalableTargetRecord
        if let known = try call.get(key) {
            target = known
        } else {
            guard let minimum = change.minimum, let maximum = change.maximum else {
                throw CommonError.validation(
                    "MinimumUnits and MaximumUnits are required to enable auto scaling for \(capacity.resource)")
            }
            target = ScalableTargetRecord(
                id: call.entropy.uuid().filter { $0 != "-" }, created: call.now, minimum: minimum, maximum: maximum,
                role: key.defaultRole)
        }
        target.minimum = change.minimum ?? target.minimum
        target.maximum = change.maximum ?? target.maximum
        target.role = change.role ?? target.role
        guard target.maximum >= target.minimum else {
            throw CommonError.validation("MaximumUnits cannot be less than MinimumUnits for \(capacity.resource)")
        }
        if let policy = change.policy {
            target.policies = [try Self.record(policy, over: target.policies, of: capacity, in: &call)]
        }
        try call.put(key, target)
    }

    /// The only policy from now on; it keeps its id where there was one of its name.
    private static func record(
        _ policy: ScalingPolicySettings, over known: [ScalingPolicyRecord], of capacity: ScaledCapacity,
        in call: inout Call
    ) throws(ServiceError) -> ScalingPolicyRecord {
        if !known.isEmpty { try Self.require("DeleteScalingPolicy", capacity.key, in: &call) }
        let name = policy.name ?? "\(capacity.metric):\(capacity.resource)"
        let tracking = TargetTrackingScalingPolicyConfiguration(
            targetValue: policy.target,
            predefinedMetricSpecification: PredefinedMetricSpecification(predefinedMetricType: capacity.metric),
            scaleOutCooldown: policy.scaleOutCooldownSeconds, scaleInCooldown: policy.scaleInCooldownSeconds,
            disableScaleIn: policy.isScaleInDisabled)
        var writer = JSONShapeWriter()
        tracking.encode(to: &writer)
        let before = known.first { $0.name == name }
        return ScalingPolicyRecord(
            name: name, id: before?.id ?? call.entropy.uuid(), created: before?.created ?? call.now,
            configuration: writer.bytes)
    }

    package func end(of capacity: ScaledCapacity, in call: inout Call) throws(ServiceError) {
        guard let target = try call.get(capacity.key) else { return }
        if !target.policies.isEmpty { try Self.require("DeleteScalingPolicy", capacity.key, in: &call) }
        try Self.require("DeregisterScalableTarget", capacity.key, in: &call)
        try call.delete(capacity.key)
    }

    private static func require(
        _ action: String, _ key: ScalableTargetKey, in call: inout Call
    ) throws(ServiceError) {
        for demand in try ScalableTargets.demand(action, key, in: &call).list { try call.require(demand) }
    }
}

extension ScaledCapacity {
    fileprivate var name: String { self.unit == .read ? "Read" : "Write" }

    fileprivate var metric: String { "DynamoDB\(self.name)CapacityUtilization" }

    fileprivate var key: ScalableTargetKey {
        ScalableTargetKey(
            account: self.account, region: self.region, namespace: "dynamodb", resource: self.resource,
            dimension: "dynamodb:\(self.index == nil ? "table" : "index"):\(self.name)CapacityUnits")
    }
}

extension ScalingPolicyRecord {
    /// The configuration that it was made with.
    var tracking: TargetTrackingScalingPolicyConfiguration {
        get throws(ServiceError) {
            do throws(WireError) {
                return try AutoScalingAPI.model.decode(
                    TargetTrackingScalingPolicyConfiguration.self, from: .json(self.configuration))
            } catch {
                throw .store(.corrupt(.scalableTarget, reason: "the configuration of a scaling policy"))
            }
        }
    }
}
