package import ApusStore

extension DynamoDB {
    /// Every key of the service, for those who explain keys.
    package static let keys: [any StoreKey.Type] = [
        TableKey.self, FillingKey.self, ReplicaFillingKey.self, ItemKey.self, IndexEntryKey.self,
        TransactionTokenKey.self, TransactionTokenExpiryKey.self, StreamKey.self, StreamHeadKey.self,
        StreamChangeKey.self, StreamDueKey.self,
        ExpiryKey.self, ExpiryTableKey.self, BackupKey.self, CopyKey.self, RestoreKey.self, BackupExpiryKey.self,
        HistoryChangeKey.self, HistoryHeadKey.self, HistoryDueKey.self,
    ]
}
