package import ApusService
package import ApusWire

/// DynamoDB: tables, items, secondary indexes, transactions.
package enum DynamoDB {
    package static var definition: ServiceDefinition {
        ServiceDefinition(
            model: DynamoDBAPI.model, operations: self.items + self.tables + self.backups + self.globalTables,
            workers: [IndexFiller(), ReplicaFiller(), TokenSweeper(), StreamWorker(), ExpiryWorker(), BackupWorker()])
    }

    /// DynamoDB Streams, which clients know as a service of its own.
    package static var streamsDefinition: ServiceDefinition {
        let model = DynamoDBStreamsAPI.model
        return ServiceDefinition(
            model: model,
            operations: [
                .operation(DescribeStream.self, in: model),
                .operation(GetRecords.self, in: model),
                .operation(GetShardIterator.self, in: model),
                .operation(ListStreams.self, in: model),
            ])
    }

    /// The streams of tables, for other services.
    package static let streams: any StreamSource = DynamoDBStreamSource()

    private static var items: [OperationEntry] {
        let model = DynamoDBAPI.model
        return [
            .operation(BatchGetItem.self, in: model),
            .operation(BatchWriteItem.self, in: model),
            .procedure(BatchExecuteStatement(), in: model),
            .operation(DeleteItem.self, in: model),
            .procedure(ExecuteStatement(), in: model),
            .procedure(ExecuteTransaction(), in: model),
            .operation(GetItem.self, in: model),
            .operation(PutItem.self, in: model),
            .operation(Query.self, in: model),
            .operation(Scan.self, in: model),
            .operation(TransactGetItems.self, in: model),
            .operation(TransactWriteItems.self, in: model),
            .operation(UpdateItem.self, in: model),
        ]
    }

    private static var backups: [OperationEntry] {
        let model = DynamoDBAPI.model
        return [
            .operation(CreateBackup.self, in: model),
            .operation(DeleteBackup.self, in: model),
            .operation(DescribeBackup.self, in: model),
            .operation(ListBackups.self, in: model),
            .operation(RestoreTableFromBackup.self, in: model),
            .operation(RestoreTableToPointInTime.self, in: model),
            .operation(UpdateContinuousBackups.self, in: model),
        ]
    }

    /// Of version 2017.11.29; those of version 2019.11.21 are UpdateTable's.
    private static var globalTables: [OperationEntry] {
        let model = DynamoDBAPI.model
        return [
            .operation(CreateGlobalTable.self, in: model),
            .operation(DescribeGlobalTable.self, in: model),
            .operation(DescribeGlobalTableSettings.self, in: model),
            .operation(ListGlobalTables.self, in: model),
            .operation(UpdateGlobalTable.self, in: model),
            .operation(UpdateGlobalTableSettings.self, in: model),
        ]
    }

    private static var tables: [OperationEntry] {
        let model = DynamoDBAPI.model
        return [
            .operation(CreateTable.self, in: model),
            .operation(DeleteResourcePolicy.self, in: model),
            .operation(DeleteTable.self, in: model),
            .operation(DescribeContinuousBackups.self, in: model),
            .operation(DescribeContributorInsights.self, in: model),
            .operation(DescribeEndpoints.self, in: model),
            .operation(DescribeLimits.self, in: model),
            .operation(DescribeTable.self, in: model),
            .operation(DescribeTableReplicaAutoScaling.self, in: model),
            .operation(DescribeTimeToLive.self, in: model),
            .operation(GetResourcePolicy.self, in: model),
            .operation(ListContributorInsights.self, in: model),
            .operation(ListTables.self, in: model),
            .operation(ListTagsOfResource.self, in: model),
            .operation(PutResourcePolicy.self, in: model),
            .operation(TagResource.self, in: model),
            .operation(UntagResource.self, in: model),
            .operation(UpdateContributorInsights.self, in: model),
            .operation(UpdateTable.self, in: model),
            .operation(UpdateTableReplicaAutoScaling.self, in: model),
            .operation(UpdateTimeToLive.self, in: model),
        ]
    }
}
