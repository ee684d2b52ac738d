package import ApusStore

/// `3030, group, filter name`: a metric filter.
package struct LogMetricFilterKey: StoreKey {
    package typealias Value = LogMetricFilterRecord
    package static let tag = KeyTag.logsMetricFilter
    package var group: UInt64
    package var name: String

    package init(group: UInt64, name: String) {
        self.group = group
        self.name = name
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.group)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.group = try decoder.readInteger()
        self.name = try decoder.readString()
    }

    /// The filters of a group whose names begin so.
    package static func all(group: UInt64, prefix: String = "") -> KeyRange<LogMetricFilterKey> {
        Self.range { encoder in
            encoder.append(group)
            encoder.append(fixed: Array(prefix.utf8))
        }
    }
}

/// `3031, account, region, filter name, group name`: the metric filters of all groups, by name.
package struct LogMetricFilterNameKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.logsMetricFilterName
    package var account: String
    package var region: String
    package var name: String
    package var group: String

    package init(account: String, region: String, name: String, group: String) {
        self.account = account
        self.region = region
        self.name = name
        self.group = group
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.name)
        encoder.append(self.group)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
        self.name = try decoder.readString()
        self.group = try decoder.readString()
    }

    package static func all(account: String, region: String) -> KeyRange<LogMetricFilterNameKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(region)
        }
    }
}

/// `3040, group, filter name`: a subscription filter.
package struct LogSubscriptionKey: StoreKey {
    package typealias Value = LogSubscriptionRecord
    package static let tag = KeyTag.logsSubscription
    package var group: UInt64
    package var name: String

    package init(group: UInt64, name: String) {
        self.group = group
        self.name = name
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.group)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.group = try decoder.readInteger()
        self.name = try decoder.readString()
    }

    /// The subscriptions of a group whose names begin so.
    package static func all(group: UInt64, prefix: String = "") -> KeyRange<LogSubscriptionKey> {
        Self.range { encoder in
            encoder.append(group)
            encoder.append(fixed: Array(prefix.utf8))
        }
    }
}
