package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html
package enum DescribeScalingPolicies: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeScalingPoliciesInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        ScalableTargets.demand(describing: "DescribeScalingPolicies", in: call)
    }

    package static func perform(
        _ input: DescribeScalingPoliciesInput, in call: inout Call
    ) throws(ServiceError) -> DescribeScalingPoliciesOutput {
        let targets = try call.targets(input.serviceNamespace) { key in
            (input.resourceId == nil || input.resourceId == key.resource)
                && (input.scalableDimension == nil || input.scalableDimension == key.dimension)
        }
        var found: [(name: String, element: ScalingPolicy)] = []
        for (key, target) in targets {
            for policy in target.policies where input.policyNames?.contains(policy.name) ?? true {
                found.append(("\(key.resource) \(key.dimension) \(policy.name)", try Self.shown(policy, of: key)))
            }
        }
        found.sort { $0.name < $1.name }
        let (policies, next) = try ScalableTargets.page(found, input.maxResults, input.nextToken)
        return DescribeScalingPoliciesOutput(scalingPolicies: policies, nextToken: next)
    }

    private static func shown(
        _ policy: ScalingPolicyRecord, of key: ScalableTargetKey
    ) throws(ServiceError) -> ScalingPolicy {
        ScalingPolicy(
            policyARN: key.arn(of: policy), policyName: policy.name, serviceNamespace: key.namespace,
            resourceId: key.resource, scalableDimension: key.dimension, policyType: "TargetTrackingScaling",
            creationTime: policy.created, targetTrackingScalingPolicyConfiguration: try policy.tracking, alarms: [])
    }
}
