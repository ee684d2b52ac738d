package import ApusService
internal import ApusStore
package import LogPattern

/// What operations do with metric filters and subscription filters.
extension Call {
    /// Errors: InvalidOperationException for groups of classes that have no filters.
    package func requireFilters(of group: LogGroupRecord) throws(ServiceError) {
        guard group.logGroupClass == "STANDARD" else {
            throw LogsError.invalidOperation("The operation is not valid on the specified resource")
        }
    }

    /// Checks the quota of filters with regular expressions before one more is put.
    ///
    /// - Parameters:
    ///   - metric: the name of the metric filter that is put, which counts as gone.
    ///   - subscription: the same of a subscription filter.
    ///
    /// Errors: LimitExceededException.
    package mutating func requireRegexRoom(
        for pattern: LogPattern, in group: LogGroupRecord, metric: String? = nil, subscription: String? = nil
    ) throws(ServiceError) {
        guard pattern.regexCount > 0 else { return }
        let metrics = try self.page(LogMetricFilterKey.all(group: group.id), limit: LogsLimits.metricFilters)
        let subscriptions = try self.page(
            LogSubscriptionKey.all(group: group.id), limit: LogsLimits.subscriptionFilters)
        let others =
            metrics.filter { $0.value.hasRegex && $0.key.name != metric }.count
            + subscriptions.filter { $0.value.hasRegex && $0.key.name != subscription }.count
        guard others < LogsLimits.regexFilters else { throw Self.limitExceeded }
    }

    /// In AWS's words.
    package static var limitExceeded: ServiceError { LogsError.limitExceeded("Resource limit exceeded.") }

    package func metricFilterName(_ filter: String, group: String) -> LogMetricFilterNameKey {
        LogMetricFilterNameKey(account: self.account, region: self.region, name: filter, group: group)
    }

    package mutating func removeMetricFilters(of group: LogGroupRecord, named name: String) throws(ServiceError) {
        let filters = LogMetricFilterKey.all(group: group.id)
        for (key, _) in try self.page(filters, limit: LogsLimits.metricFilters) {
            try self.delete(self.metricFilterName(key.name, group: name))
        }
        try self.clear(filters)
    }
}
