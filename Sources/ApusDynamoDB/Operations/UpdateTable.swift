internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
package enum UpdateTable: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UpdateTableInput, in call: inout Call) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        let own = try call.tableDemand("dynamodb:UpdateTable", reference)
        let replicas = try ReplicaUpdates.demands(input.replicaUpdates ?? [], of: reference, in: &call)
        let witnesses = try StrongConsistency.demands(input.globalTableWitnessUpdates ?? [], of: reference, in: &call)
        return Demands([own] + replicas + witnesses)
    }

    package static func perform(
        _ input: UpdateTableInput, in call: inout Call
    ) throws(ServiceError) -> UpdateTableOutput {
        let reference = try TableReference(input.tableName, in: call)
        try Self.checkSupported(input)
        try Self.checkAsksForSomething(input)
        try ReplicaUpdates.checkAlone(input)
        try EncryptionRules.checkAlone(input)
        var table = try call.readyTable(reference)
        try ReplicaUpdates.checkNotChanging(table)
        let version = try call.globalTableVersion(of: table)
        if input.replicaUpdates != nil { try GlobalTables.refuse("ReplicaUpdates", for: table, of: version) }
        let before = table
        let old = before.record
        try EncryptionRules.change(input.sseSpecification, of: &table)
        let deleted = try Self.changeSettings(input, of: &table, in: &call)
        let isStreamChanged = try Self.changeStream(input, of: &table, in: &call)
        try Self.checkReplicas(table, from: old, of: version, in: &call)
        try version == .of2019 ? ReplicaSettings.spread(from: old, to: &table, in: &call) : call.put(table)
        if isStreamChanged {
            try table.record.stream?.isEnabled == true ? call.openStream(of: table) : call.closeStream(of: table)
        }
        var gone: [TableReplicas.Member] = []
        if input.replicaUpdates != nil { gone = try ReplicaUpdates.apply(input, to: &table, in: &call) }
        var shown = table
        shown.record.indexes += deleted
        if !gone.isEmpty {
            shown.record.replicas.consistency = old.replicas.consistency
            shown.record.replicas.witness = old.replicas.witness
        }
        for member in gone { shown.record.replicas.add(member) }
        // A table stays active while it gets another key.
        var answer = shown.description(input.sseSpecification == nil ? "UPDATING" : "ACTIVE", at: call.now)
        if input.sseSpecification != nil {
            answer.sseDescription = before.encryptionDescription ?? SSEDescription()
            answer.sseDescription?.status = "UPDATING"
        }
        answer.show(version)
        return UpdateTableOutput(tableDescription: answer)
    }

    /// Changes capacity, class, protection and indexes by their rules; the table is not in the store yet. Returns the indexes that
    /// are no more.
    static func changeSettings(
        _ input: UpdateTableInput, of table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) -> [IndexRecord] {
        let old = table.record
        try Self.changeCapacity(input, of: &table.record, now: call.now)
        if let tableClass = input.tableClass {
            table.record.settings.tableClass = tableClass
            table.record.settings.tableClassUpdated = call.now
        }
        if let isProtected = input.deletionProtectionEnabled {
            table.record.settings.deletionProtection = isProtected
        }
        let deleted = try IndexUpdates.apply(input, to: &table, in: &call)
        try CapacityChanges.settle(
            input, from: old, to: &table.record, now: call.now, isEnforced: call.host.allowances != nil)
        try CapacityQuotas.check(table.record, from: old, region: table.reference.region)
        return deleted
    }

    private static func checkSupported(_ input: UpdateTableInput) throws(ServiceError) {
        try TableRules.checkSupported([
            ("GlobalTableSettingsReplicationMode", input.globalTableSettingsReplicationMode != nil)
        ])
    }

    /// What a table with replicas cannot do without; those of version 2017.11.29 may have any capacity.
    private static func checkReplicas(
        _ table: OpenTable, from old: TableRecord, of version: GlobalTableVersion, in call: inout Call
    ) throws(ServiceError) {
        guard version != .regional else { return }
        let isProvisionedNow = table.record.settings.billing != old.settings.billing
        if version == .of2019, isProvisionedNow { try ReplicaScaling.checkWrites(of: table, in: &call) }
        guard table.record.stream?.isEnabled == true || table.record.replicas.consistency == .strong else {
            // https://github.com/hashicorp/terraform-provider-aws/issues/34450
            throw ItemError.parameters("Disabling Stream is not allowed for a Global Table replica.").service
        }
    }

    private static func checkAsksForSomething(_ input: UpdateTableInput) throws(ServiceError) {
        let asks =
            input.billingMode != nil || input.provisionedThroughput != nil || input.streamSpecification != nil
            || input.globalSecondaryIndexUpdates?.isEmpty == false || input.sseSpecification != nil
            || input.tableClass != nil || input.deletionProtectionEnabled != nil || input.onDemandThroughput != nil
            || input.warmThroughput != nil || input.replicaUpdates?.isEmpty == false
        guard asks else {
            // What is given is not named, though it is not enough alone.
            let consistency = input.multiRegionConsistency == nil ? "MultiRegionConsistency, " : ""
            throw CommonError.validation(
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, \(consistency)DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
            )
        }
    }

    private static func changeCapacity(
        _ input: UpdateTableInput, of table: inout TableRecord, now: Timestamp
    ) throws(ServiceError) {
        let old = table.settings
        if input.billingMode != nil || input.provisionedThroughput != nil {
            let mode = input.billingMode ?? (old.billing == .payPerRequest ? "PAY_PER_REQUEST" : "PROVISIONED")
            if mode == "PROVISIONED", old.billing == .payPerRequest, input.provisionedThroughput == nil {
                throw ItemError.parameters("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
                    .service
            }
            let isKept = mode == "PROVISIONED" && old.billing == .provisioned && input.provisionedThroughput == nil
            if !isKept {
                (table.settings.billing, table.settings.throughput) = try TableRules.billing(
                    mode, input.provisionedThroughput)
            }
        }
        if table.settings.billing == .payPerRequest, old.billing == .provisioned {
            table.settings.lastToPayPerRequest = now
            for place in table.indexes.indices { table.indexes[place].throughput = nil }
        }
        if let new = table.settings.throughput, let before = old.throughput, input.provisionedThroughput != nil {
            if new == before, input.globalSecondaryIndexUpdates == nil, input.billingMode == nil {
                throw Self.unchanged(before)
            }
            if new.read > before.read || new.write > before.write { table.settings.lastIncrease = now }
            if new.read < before.read || new.write < before.write { table.settings.lastDecrease = now }
        }
    }

    private static func unchanged(_ current: Throughput) -> ServiceError {
        CommonError.validation(
            "The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: \(current.read). Requested ReadCapacityUnits: \(current.read). Current WriteCapacityUnits provisioned for the table: \(current.write). Requested WriteCapacityUnits: \(current.write). Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        )
    }

    private static func changeStream(
        _ input: UpdateTableInput, of table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) -> Bool {
        guard let specification = input.streamSpecification else { return false }
        let isEnabled = table.record.stream?.isEnabled == true
        let label = try call.newStreamLabel(of: table.reference)
        if let stream = try TableRules.stream(specification, label: label, of: .table) {
            guard !isEnabled else {
                throw ItemError("Table already has an enabled stream: TableName: \(table.name)").service
            }
            table.record.stream = stream
        } else {
            guard isEnabled else {
                throw ItemError("Table has no stream to disable: TableName: \(table.name)").service
            }
            table.record.stream?.isEnabled = false
        }
        return true
    }
}

extension UpdateTableInput {
    /// Whether it asks for a change that goes with neither one of replicas nor one of encryption.
    var changesMore: Bool {
        self.billingMode != nil || self.provisionedThroughput != nil || self.streamSpecification != nil
            || self.globalSecondaryIndexUpdates != nil || self.tableClass != nil || self.deletionProtectionEnabled != nil
            || self.onDemandThroughput != nil || self.warmThroughput != nil
    }
}
