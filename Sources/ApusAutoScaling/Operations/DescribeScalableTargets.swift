package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
package enum DescribeScalableTargets: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeScalableTargetsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        ScalableTargets.demand(describing: "DescribeScalableTargets", in: call)
    }

    package static func perform(
        _ input: DescribeScalableTargetsInput, in call: inout Call
    ) throws(ServiceError) -> DescribeScalableTargetsOutput {
        let found = try call.targets(input.serviceNamespace) { key in
            input.resourceIds?.contains(key.resource) ?? true
                && (input.scalableDimension == nil || input.scalableDimension == key.dimension)
        }
        let shown = found.map { key, record in
            let target = ScalableTarget(
                serviceNamespace: key.namespace, resourceId: key.resource, scalableDimension: key.dimension,
                minCapacity: record.minimum, maxCapacity: record.maximum, roleARN: record.role,
                creationTime: record.created,
                suspendedState: SuspendedState(
                    dynamicScalingInSuspended: record.suspended[0], dynamicScalingOutSuspended: record.suspended[1],
                    scheduledScalingSuspended: record.suspended[2]),
                scalableTargetARN: key.arn(record.id))
            return (name: "\(key.resource) \(key.dimension)", element: target)
        }
        let sorted = shown.sorted { $0.name < $1.name }
        let (targets, next) = try ScalableTargets.page(sorted, input.maxResults, input.nextToken)
        return DescribeScalableTargetsOutput(scalableTargets: targets, nextToken: next)
    }
}
