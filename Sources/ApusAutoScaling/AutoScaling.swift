package import ApusService
package import ApusStore
package import ApusWire

/// Application Auto Scaling: scalable targets and their policies, kept and told. Nothing scales.
package enum AutoScaling {
    package static var definition: ServiceDefinition {
        let model = AutoScalingAPI.model
        return ServiceDefinition(
            model: model,
            operations: [
                .operation(DeleteScalingPolicy.self, in: model),
                .operation(DeregisterScalableTarget.self, in: model),
                .operation(DescribeScalableTargets.self, in: model),
                .operation(DescribeScalingPolicies.self, in: model),
                .operation(ListTagsForResource.self, in: model),
                .operation(PutScalingPolicy.self, in: model),
                .operation(RegisterScalableTarget.self, in: model),
                .operation(TagResource.self, in: model),
                .operation(UntagResource.self, in: model),
            ])
    }

    /// The settings of tables, for DynamoDB.
    package static let tables: any CapacityScaling = TableScaling()

    /// Every key of the service, for those who explain keys.
    package static let keys: [any StoreKey.Type] = [ScalableTargetKey.self]
}

/// Every number of the service.
///
/// Source, unless said otherwise:
/// https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-limits.html
package enum AutoScalingLimits {
    package static let policies = 50
    package static let tags = 50
    /// In a page, and at most.
    ///
    /// Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
    package static let results = 50
}
