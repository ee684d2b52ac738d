/// How the provisioned concurrency of a version or an alias is divided among versions.
package enum ProvisionedPlan {
    /// What each version gets: an alias with weights divides what it has by them, rounded in favour of the version it is for.
    ///
    /// Source: https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedConcurrencyConfigListItem.html (the allocation of a
    /// weighted alias depends on its versions)
    package static func shares(of requested: Int, among alias: AliasRecord) -> [(version: String, count: Int)] {
        var left = requested
        var shares: [(version: String, count: Int)] = []
        for (version, weight) in alias.weights.sorted(by: { $0.key < $1.key }) {
            let count = min(left, Int(Double(requested) * weight))
            left -= count
            if count > 0 { shares.append((version, count)) }
        }
        if left > 0 { shares.insert((alias.version, left), at: 0) }
        return shares
    }
}
