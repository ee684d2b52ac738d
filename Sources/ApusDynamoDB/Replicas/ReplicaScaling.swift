internal import ApusBase
package import ApusService
internal import ApusStore

/// The auto scaling of a table and of its replicas. It is Application Auto Scaling's: here are only DynamoDB's words for it.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTableReplicaAutoScaling.html
package enum ReplicaScaling {
    /// All members of a table's group, by region, the table that was asked for among them. A table without replicas is alone there.
    package static func members(
        of table: OpenTable, in call: inout Call
    ) throws(ServiceError) -> [OpenTable] {
        ([table] + (try call.replicas(of: table))).sorted { $0.reference.region < $1.reference.region }
    }

    package static func description(
        of table: OpenTable, in call: inout Call
    ) throws(ServiceError) -> TableAutoScalingDescription {
        var replicas: [ReplicaAutoScalingDescription] = []
        for member in try Self.members(of: table, in: &call) {
            var indexes: [ReplicaGlobalSecondaryIndexAutoScalingDescription] = []
            for index in member.record.indexes where index.kind == .global {
                indexes.append(
                    ReplicaGlobalSecondaryIndexAutoScalingDescription(
                        indexName: index.name, indexStatus: index.status.name,
                        provisionedReadCapacityAutoScalingSettings: try Self.settings(
                            member, index.name, .read, in: &call),
                        provisionedWriteCapacityAutoScalingSettings: try Self.settings(
                            member, index.name, .write, in: &call)))
            }
            replicas.append(
                ReplicaAutoScalingDescription(
                    regionName: member.reference.region, globalSecondaryIndexes: indexes,
                    replicaProvisionedReadCapacityAutoScalingSettings: try Self.settings(
                        member, nil, .read, in: &call),
                    replicaProvisionedWriteCapacityAutoScalingSettings: try Self.settings(
                        member, nil, .write, in: &call),
                    replicaStatus: member.record.status))
        }
        return TableAutoScalingDescription(
            tableName: table.name, tableStatus: table.record.status,
            replicas: replicas)
    }

    /// The settings of one capacity, as answers show them.
    package static func settings(
        _ table: OpenTable, _ index: String?, _ unit: ScaledCapacity.Unit, in call: inout Call
    ) throws(ServiceError) -> AutoScalingSettingsDescription {
        let scaling = call.ports.scaling
        guard let settings = try scaling.settings(of: table.capacity(index, unit), in: &call) else {
            return AutoScalingSettingsDescription(autoScalingDisabled: true)
        }
        let policies = settings.policies.map { policy in
            AutoScalingPolicyDescription(
                policyName: policy.name,
                targetTrackingScalingPolicyConfiguration:
                    AutoScalingTargetTrackingScalingPolicyConfigurationDescription(
                        targetValue: policy.target, disableScaleIn: policy.isScaleInDisabled,
                        scaleInCooldown: policy.scaleInCooldownSeconds,
                        scaleOutCooldown: policy.scaleOutCooldownSeconds))
        }
        return AutoScalingSettingsDescription(
            minimumUnits: settings.minimum, maximumUnits: settings.maximum, autoScalingRoleArn: settings.role,
            scalingPolicies: policies)
    }

    /// Changes the settings of one capacity; nil changes nothing.
    package static func apply(
        _ update: AutoScalingSettingsUpdate?, to table: OpenTable, _ index: String?, _ unit: ScaledCapacity.Unit,
        in call: inout Call
    ) throws(ServiceError) {
        guard let update else { return }
        let scaling = call.ports.scaling
        let capacity = table.capacity(index, unit)
        guard update.autoScalingDisabled != true else { return try scaling.end(of: capacity, in: &call) }
        let policy = update.scalingPolicyUpdate.map { policy in
            let tracking = policy.targetTrackingScalingPolicyConfiguration
            return ScalingPolicySettings(
                name: policy.policyName, target: tracking.targetValue, isScaleInDisabled: tracking.disableScaleIn,
                scaleInCooldownSeconds: tracking.scaleInCooldown,
                scaleOutCooldownSeconds: tracking.scaleOutCooldown)
        }
        let change = ScalingChange(
            minimum: update.minimumUnits, maximum: update.maximumUnits, role: update.autoScalingRoleArn,
            policy: policy)
        try scaling.change(change, of: capacity, in: &call)
    }
}

extension OpenTable {
    fileprivate func capacity(_ index: String?, _ unit: ScaledCapacity.Unit) -> ScaledCapacity {
        ScaledCapacity(
            account: self.reference.account, region: self.reference.region, table: self.name, index: index,
            unit: unit)
    }

    func hasGlobalIndex(_ name: String?) -> Bool {
        self.record.indexes.contains { $0.kind == .global && $0.name == name }
    }
}
