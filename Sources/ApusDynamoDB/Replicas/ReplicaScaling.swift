internal import ApusBase
package import ApusService
internal import ApusStore

/// The auto scaling of a table and of its replicas. It is Application Auto Scaling's: here are only DynamoDB's words for it.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTableReplicaAutoScaling.html
package enum ReplicaScaling {
    /// A table without replicas has its auto scaling from Application Auto Scaling alone.
    package static func checkReplicated(
        _ table: OpenTable, _ version: GlobalTableVersion
    ) throws(ServiceError) {
        guard version != .regional else {
            throw DynamoDBError.resourceNotFound("Global table with name: \(table.name) does not exist.")
        }
    }

    /// All members of a table's group, by region, the table that was asked for among them.
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

    /// Writes of a table with replicas are on demand, or they scale: those of the table, and those of each global index. A target
    /// without a policy is not enough.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_reqs_bestpractices.html
    package static func checkWrites(of table: OpenTable, in call: inout Call) throws(ServiceError) {
        guard table.record.settings.billing == .provisioned else { return }
        for index in table.scaledWrites {
            let settings = try call.ports.scaling.settings(of: table.capacity(index, .write), in: &call)
            guard settings?.policies.isEmpty == false else {
                throw CommonError.validation(
                    "\(index == nil ? "Table" : "GSI") write capacity should either be Pay-Per-Request or AutoScaled.")
            }
        }
    }

    /// Lets the writes of a replica scale as those of `table` do, where they do not scale yet. Reads are each region's own.
    package static func mirror(
        _ table: OpenTable, to replica: OpenTable, in call: inout Call
    ) throws(ServiceError) {
        guard table.record.settings.billing == .provisioned else { return }
        for index in table.scaledWrites {
            try Self.copy(table.capacity(index, .write), to: replica.capacity(index, .write), in: &call)
        }
    }

    /// Lets the writes of indexes that are new in a table with replicas scale as those of the table do.
    package static func startNewIndexes(
        of table: OpenTable, since old: TableRecord, in call: inout Call
    ) throws(ServiceError) {
        guard table.record.settings.billing == .provisioned else { return }
        for index in table.scaledWrites where !old.indexes.contains(where: { $0.name == index }) {
            try Self.copy(table.capacity(nil, .write), to: table.capacity(index, .write), in: &call)
        }
    }

    /// Does nothing where the target scales. The policy of another index has the name that such a policy has of itself.
    private static func copy(
        _ source: ScaledCapacity, to target: ScaledCapacity, in call: inout Call
    ) throws(ServiceError) {
        let scaling = call.ports.scaling
        guard let settings = try scaling.settings(of: source, in: &call),
            try scaling.settings(of: target, in: &call) == nil
        else { return }
        var policy = settings.policies.first
        if source.index != target.index { policy?.name = nil }
        let change = ScalingChange(
            minimum: settings.minimum, maximum: settings.maximum, role: settings.role, policy: policy)
        try scaling.change(change, of: target, in: &call)
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

    /// What has units for writing: the table itself, nil, and its global indexes.
    fileprivate var scaledWrites: [String?] {
        [nil] + self.record.indexes.filter { $0.kind == .global }.map(\.name)
    }

    func hasGlobalIndex(_ name: String?) -> Bool {
        self.record.indexes.contains { $0.kind == .global && $0.name == name }
    }
}
