package import ApusBase
package import ApusService
internal import DynamoDBExpressions

/// What operations on backups check alike, and how backups are named and described.
package enum BackupRules {
    /// `01638793340962-cc4bfb86`: milliseconds in 14 digits, so that the order of texts is that of time, and eight characters.
    package static func identifier(_ time: Timestamp, suffix: String) -> String {
        let digits = String(max(0, time.milliseconds))
        return String(repeating: "0", count: max(0, 14 - digits.utf8.count)) + digits + "-" + suffix
    }

    /// The backup that an ARN names: `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/backup/ID`.
    package static func key(_ text: String, in call: borrowing Call) throws(ServiceError) -> BackupKey {
        let invalid = CommonError.validation("Invalid BackupArn: \(text)")
        guard let arn = ARN(text), arn.service == "dynamodb", arn.region == call.region, arn.account.utf8.count == 12
        else { throw invalid }
        let parts = arn.resource.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "table", parts[2] == "backup", TableReference.isName(parts[1]),
            !parts[3].isEmpty
        else { throw invalid }
        let table = TableReference(account: arn.account, region: arn.region, name: parts[1])
        return BackupKey(table: table, id: parts[3])
    }

    package static func demand(_ action: String, _ key: BackupKey) -> Demand {
        Demand(action, on: key.arn, account: key.table.account)
    }

    /// While a table is copied it cannot be deleted.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backuprestore_HowItWorks.html
    package static func checkNoCopy(of table: OpenTable) throws(ServiceError) {
        guard table.record.backups.copies.isEmpty else {
            throw DynamoDBError.resourceInUse(
                "Attempt to change a resource which is still in use: Table is being backed up: \(table.name)")
        }
    }

    package static func continuousBackups(
        of table: OpenTable, now: Timestamp
    ) -> ContinuousBackupsDescription {
        var shown = PointInTimeRecoveryDescription(pointInTimeRecoveryStatus: "DISABLED")
        if let history = table.record.backups.history {
            shown.pointInTimeRecoveryStatus = "ENABLED"
            shown.recoveryPeriodInDays = history.days
            shown.earliestRestorableDateTime = history.earliest(now)
            shown.latestRestorableDateTime = now
        }
        return ContinuousBackupsDescription(
            continuousBackupsStatus: "ENABLED", pointInTimeRecoveryDescription: shown)
    }
}

extension BackupRecord.Status {
    package var text: String { self == .creating ? "CREATING" : "AVAILABLE" }
}

extension BackupRecord.Kind {
    package var text: String { self == .user ? "USER" : "SYSTEM" }
}

extension BackupRecord {
    package func details(_ key: BackupKey, status: String? = nil) -> BackupDetails {
        BackupDetails(
            backupArn: key.arn, backupName: self.name, backupStatus: status ?? self.status.text,
            backupType: self.kind.text, backupCreationDateTime: self.created, backupSizeBytes: self.counts.bytes,
            backupExpiryDateTime: self.expires)
    }

    package func summary(_ key: BackupKey) -> BackupSummary {
        BackupSummary(
            tableName: key.table.name, tableId: self.table.uuid, tableArn: key.table.arn, backupArn: key.arn,
            backupName: self.name, backupCreationDateTime: self.created, backupExpiryDateTime: self.expires,
            backupStatus: self.status.text, backupType: self.kind.text, backupSizeBytes: self.counts.bytes)
    }

    package func description(_ key: BackupKey, status: String? = nil) -> BackupDescription {
        let settings = self.table.settings
        let source = SourceTableDetails(
            tableName: key.table.name, tableId: self.table.uuid,
            keySchema: KeySchemaElement.schema([self.table.hash], self.table.sort.map { [$0] } ?? []),
            tableCreationDateTime: self.table.created,
            provisionedThroughput: ProvisionedThroughput(settings.throughput),
            tableArn: key.table.arn, tableSizeBytes: self.counts.bytes, onDemandThroughput: settings.onDemand?.shape,
            itemCount: self.counts.items,
            billingMode: settings.billing == .payPerRequest ? "PAY_PER_REQUEST" : "PROVISIONED")
        return BackupDescription(
            backupDetails: self.details(key, status: status), sourceTableDetails: source,
            sourceTableFeatureDetails: self.features(of: key.table))
    }

    private func features(of table: TableReference) -> SourceTableFeatureDetails {
        var features = SourceTableFeatureDetails()
        features.sseDescription = OpenTable(table, self.table).encryptionDescription
        let local = self.table.indexes.filter { $0.kind == .local }
        let global = self.table.indexes.filter { $0.kind == .global }
        if !local.isEmpty {
            features.localSecondaryIndexes = local.map { index in
                LocalSecondaryIndexInfo(
                    indexName: index.name, keySchema: KeySchemaElement.schema(index.hash, index.sort),
                    projection: index.contents.shape)
            }
        }
        if !global.isEmpty {
            features.globalSecondaryIndexes = global.map { index in
                GlobalSecondaryIndexInfo(
                    indexName: index.name, keySchema: KeySchemaElement.schema(index.hash, index.sort),
                    projection: index.contents.shape, provisionedThroughput: ProvisionedThroughput(index.throughput),
                    onDemandThroughput: index.onDemand?.shape)
            }
        }
        if let stream = self.table.stream, stream.isEnabled {
            features.streamDescription = StreamSpecification(streamEnabled: true, streamViewType: stream.view.name)
        }
        if let attribute = self.table.timeToLive {
            features.timeToLiveDescription = TimeToLiveDescription(
                timeToLiveStatus: "ENABLED", attributeName: attribute)
        }
        return features
    }
}

extension ProvisionedThroughput {
    /// Zeros on demand.
    fileprivate init(_ throughput: Throughput?) {
        self.init(readCapacityUnits: throughput?.read ?? 0, writeCapacityUnits: throughput?.write ?? 0)
    }
}
