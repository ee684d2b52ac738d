internal import ApusBase
package import ApusService
internal import ApusStore

/// Scalable targets as requests name them.
package enum ScalableTargets {
    private static let tableDimensions = ["dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits"]
    private static let indexDimensions = ["dynamodb:index:ReadCapacityUnits", "dynamodb:index:WriteCapacityUnits"]

    /// Refuses by name what is not a target here: the namespaces of other services.
    package static func check(namespace: String) throws(ServiceError) {
        guard namespace == "dynamodb" else {
            throw CommonError.notImplemented("Apus does not implement scalable targets of the namespace \(namespace).")
        }
    }

    /// The key of a target: `table/NAME` or `table/NAME/index/NAME`, and a dimension of it.
    package static func key(
        _ namespace: String, _ resource: String, _ dimension: String, in call: borrowing Call
    ) throws(ServiceError) -> ScalableTargetKey {
        try Self.check(namespace: namespace)
        let parts = resource.split(separator: "/", omittingEmptySubsequences: false)
        let isTable = parts.count == 2 && parts[0] == "table" && !parts[1].isEmpty
        let isIndex =
            parts.count == 4 && parts[0] == "table" && parts[2] == "index" && !parts[1].isEmpty && !parts[3].isEmpty
        guard
            isTable && Self.tableDimensions.contains(dimension) || isIndex && Self.indexDimensions.contains(dimension)
        else {
            throw AutoScalingError.validation("Unsupported service namespace, resource type or scalable dimension")
        }
        return ScalableTargetKey(
            account: call.account, region: call.region, namespace: namespace, resource: resource, dimension: dimension)
    }

    /// The demand of an action on a target that there may not be yet.
    package static func demand(
        _ action: String, _ key: ScalableTargetKey, conditions: [(key: String, values: [String])] = [],
        in call: inout Call
    ) throws(ServiceError) -> Demands {
        let record = try call.get(key)
        let own = (record?.tags ?? [:]).sorted { $0.key < $1.key }.map {
            (key: "aws:ResourceTag/\($0.key)", values: [$0.value])
        }
        return Demands(
            Demand(
                "application-autoscaling:\(action)", on: key.arn(record?.id ?? "*"), account: key.account,
                conditions: own + conditions))
    }

    package static func demand(describing action: String, in call: borrowing Call) -> Demands {
        Demands(Demand("application-autoscaling:\(action)", on: "*", account: call.account))
    }

    /// A page of what is sorted by its name, from behind the one that `token` tells.
    package static func page<Element>(
        _ all: [(name: String, element: Element)], _ limit: Int?, _ token: String?
    ) throws(ServiceError) -> (elements: [Element], next: String?) {
        let limit = min(limit ?? AutoScalingLimits.results, AutoScalingLimits.results)
        guard limit >= 1 else {
            throw AutoScalingError.validation("MaxResults must be between 1 and \(AutoScalingLimits.results)")
        }
        var rest = all[...]
        if let token {
            guard let bytes = Base64.decode(token) else { throw AutoScalingError.invalidNextToken("Invalid NextToken") }
            let last = String(decoding: bytes, as: UTF8.self)
            rest = rest.drop { $0.name <= last }
        }
        let page = rest.prefix(limit)
        let next = page.count < rest.count ? page.last.map { Base64.encode(Array($0.name.utf8)) } : nil
        return (page.map(\.element), next)
    }
}

extension ScalableTargetKey {
    package func arn(_ id: String) -> String {
        ARN(
            service: "application-autoscaling", region: self.region, account: self.account,
            resource: "scalable-target/\(id)"
        ).description
    }

    package func arn(of policy: ScalingPolicyRecord) -> String {
        ARN(
            service: "autoscaling", region: self.region, account: self.account,
            resource: "scalingPolicy:\(policy.id):resource/\(self.namespace)/\(self.resource):policyName/\(policy.name)"
        ).description
    }

    /// The role that AWS makes for the service.
    package var defaultRole: String {
        ARN(
            service: "iam", region: "", account: self.account,
            resource: "role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
                + "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
        ).description
    }

    /// As messages of AWS name it.
    package var description: String {
        "service namespace: \(self.namespace), resource ID: \(self.resource), scalable dimension: \(self.dimension)"
    }
}

extension Call {
    /// Targets of a namespace in the order of their keys.
    package mutating func targets(
        _ namespace: String, _ isWanted: (ScalableTargetKey) -> Bool
    ) throws(ServiceError) -> [(key: ScalableTargetKey, record: ScalableTargetRecord)] {
        try ScalableTargets.check(namespace: namespace)
        var found: [(key: ScalableTargetKey, record: ScalableTargetRecord)] = []
        let range = ScalableTargetKey.all(account: self.account, region: self.region, namespace: namespace)
        try self.scan(range) { key, record in
            if isWanted(key) { found.append((key, record)) }
            return .next
        }
        return found
    }

    /// The target of an ARN.
    package mutating func target(arn: String) throws(ServiceError) -> (
        key: ScalableTargetKey, record: ScalableTargetRecord
    ) {
        let all = try self.targets("dynamodb") { _ in true }
        guard let found = all.first(where: { $0.key.arn($0.record.id) == arn }) else {
            throw AutoScalingError.resourceNotFound("No scalable target found with ARN: \(arn)", resourceName: arn)
        }
        return found
    }
}
