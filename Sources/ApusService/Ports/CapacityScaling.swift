/// Where the settings are kept by which tables' capacity scales: Application Auto Scaling, for DynamoDB.
///
/// AWS makes and reads them with a role of its own for replication; it takes none away without the caller's permission. So do
/// these: what removes a policy or a target demands `application-autoscaling:DeleteScalingPolicy` or
/// `application-autoscaling:DeregisterScalableTarget` of the call's principal.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gt_IAM.html
package protocol CapacityScaling: Sendable {
    /// nil where the capacity does not scale.
    func settings(of capacity: ScaledCapacity, in call: inout Call) throws(ServiceError) -> ScalingSettings?

    /// Changes what `change` has of the settings, or makes them. Errors: a validation error where bounds are missing or crossed.
    func change(_ change: ScalingChange, of capacity: ScaledCapacity, in call: inout Call) throws(ServiceError)

    /// Ends it, with all policies; does nothing where it does not scale.
    func end(of capacity: ScaledCapacity, in call: inout Call) throws(ServiceError)
}

/// Of a server without a service that keeps them.
package struct NoScaling: CapacityScaling {
    package init() {}

    package func settings(
        of capacity: ScaledCapacity, in call: inout Call
    ) throws(ServiceError) -> ScalingSettings? { nil }

    package func change(
        _ change: ScalingChange, of capacity: ScaledCapacity, in call: inout Call
    ) throws(ServiceError) {
        throw CommonError.notImplemented("Apus does not implement the scaling of \(capacity.resource).")
    }

    package func end(of capacity: ScaledCapacity, in call: inout Call) throws(ServiceError) {}
}

/// The capacity of a table or of one of its global indexes, for reads or for writes.
package struct ScaledCapacity: Sendable, Hashable {
    package enum Unit: Sendable { case read, write }

    package var account: String
    package var region: String
    package var table: String
    /// nil: the table's own.
    package var index: String?
    package var unit: Unit

    package init(account: String, region: String, table: String, index: String?, unit: Unit) {
        self.account = account
        self.region = region
        self.table = table
        self.index = index
        self.unit = unit
    }

    /// `table/NAME` or `table/NAME/index/NAME`.
    package var resource: String { "table/\(self.table)" + (self.index.map { "/index/\($0)" } ?? "") }
}

package struct ScalingSettings: Sendable, Equatable {
    package var minimum: Int
    package var maximum: Int
    package var role: String
    package var policies: [ScalingPolicySettings]

    package init(minimum: Int, maximum: Int, role: String, policies: [ScalingPolicySettings]) {
        self.minimum = minimum
        self.maximum = maximum
        self.role = role
        self.policies = policies
    }
}

/// A policy that tracks how much of the capacity is used.
package struct ScalingPolicySettings: Sendable, Equatable {
    /// nil in a change: as AWS's console names it.
    package var name: String?
    /// Percent.
    package var target: Double
    package var isScaleInDisabled: Bool?
    package var scaleInCooldownSeconds: Int?
    package var scaleOutCooldownSeconds: Int?

    package init(
        name: String?, target: Double, isScaleInDisabled: Bool?, scaleInCooldownSeconds: Int?,
        scaleOutCooldownSeconds: Int?
    ) {
        self.name = name
        self.target = target
        self.isScaleInDisabled = isScaleInDisabled
        self.scaleInCooldownSeconds = scaleInCooldownSeconds
        self.scaleOutCooldownSeconds = scaleOutCooldownSeconds
    }
}

/// What is to be changed; nil is left as it is.
package struct ScalingChange: Sendable {
    package var minimum: Int?
    package var maximum: Int?
    package var role: String?
    /// Takes the place of all policies.
    package var policy: ScalingPolicySettings?

    package init(minimum: Int?, maximum: Int?, role: String?, policy: ScalingPolicySettings?) {
        self.minimum = minimum
        self.maximum = maximum
        self.role = role
        self.policy = policy
    }
}
