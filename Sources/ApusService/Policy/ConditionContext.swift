package import ApusBase

/// The facts of a request that conditions may ask for, beside those that follow from its principal.
package struct ConditionContext: Sendable {
    package var now: Timestamp
    package var region: String
    /// IPv4 or IPv6 in text form; nil for calls from inside.
    package var sourceIP: String?
    package var userAgent: String?
    package var isSecure: Bool
    private var entries: [(name: String, values: [String])] = []

    package init(
        now: Timestamp, region: String, sourceIP: String? = nil, userAgent: String? = nil, isSecure: Bool = false
    ) {
        self.now = now
        self.region = region
        self.sourceIP = sourceIP
        self.userAgent = userAgent
        self.isSecure = isSecure
    }

    /// Sets a key (`sqs:…`, `aws:PrincipalTag/team`, …), whatever its case. No values: the key is there and null.
    package mutating func set(_ key: String, _ values: [String]) {
        let name = key.lowercased()
        self.entries.removeAll { $0.name == name }
        self.entries.append((name, values))
    }

    package mutating func set(_ key: String, _ value: String) { self.set(key, [value]) }

    /// - Parameter name: in lower case. O(number of entries), of which a request has a handful.
    func values(named name: String) -> [String]? {
        for entry in self.entries where entry.name == name { return entry.values }
        return nil
    }
}
