package import ApusStore

extension SQS {
    /// Every key of the service, for those who explain keys.
    package static let keys: [any StoreKey.Type] = [
        QueueKey.self, QueuePlaceKey.self, QueueStateKey.self, QueueTagsKey.self, QueueCounterKey.self,
        DeletedNameKey.self, MessageKey.self, FlightKey.self, WaitingKey.self, GroupKey.self, GroupOrderKey.self,
        GroupReadyKey.self, DeduplicationKey.self, AttemptKey.self, MoveTaskKey.self, MoveHistoryKey.self,
        TenantKey.self, TenantMessageKey.self, TurnKey.self, NoisyTenantKey.self,
    ]
}
