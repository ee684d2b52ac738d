package import ApusStore

extension Logs {
    /// Every key of the service, for those who explain keys.
    package static let keys: [any StoreKey.Type] = [
        LogGroupKey.self, LogStreamKey.self, LogStreamByTimeKey.self, LogStreamNameKey.self, LogEventKey.self,
        LogEventByTimeKey.self, DeletedLogStreamKey.self, LogRetentionKey.self, LogRetentionDueKey.self,
        LogMetricFilterKey.self, LogMetricFilterNameKey.self, LogSubscriptionKey.self,
    ]
}
