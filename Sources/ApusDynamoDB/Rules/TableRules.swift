package import ApusBase
package import ApusService
internal import DynamoDBExpressions
internal import DynamoDBItems

/// What makes a table of a request.
package enum TableRules {
    /// Refuses by name what this server does not have.
    package static func checkSupported(_ parameters: [(name: String, isThere: Bool)]) throws(ServiceError) {
        for parameter in parameters where parameter.isThere {
            throw CommonError.notImplemented("Apus does not implement \(parameter.name) of DynamoDB's tables.")
        }
    }

    package static func billing(
        _ mode: String?, _ throughput: ProvisionedThroughput?
    ) throws(ServiceError) -> (TableSettings.Billing, Throughput?) {
        if mode == "PAY_PER_REQUEST" {
            guard throughput == nil else {
                throw ItemError.parameters(
                    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
                ).service
            }
            return (.payPerRequest, nil)
        }
        guard let throughput else {
            throw ItemError.parameters(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
            ).service
        }
        return (.provisioned, Throughput(throughput))
    }

    /// Where a stream is asked for: AWS has other words for each.
    package enum StreamPlace { case newTable, table }

    /// The stream that a request asks for; nil where it asks for none.
    package static func stream(
        _ specification: StreamSpecification?, label: String, of place: StreamPlace
    ) throws(ServiceError) -> StreamSettings? {
        guard let specification else { return nil }
        guard specification.streamEnabled else {
            guard specification.streamViewType == nil else {
                throw ItemError.parameters(
                    place == .newTable
                        ? "Table is being created with a stream disabled, UpdateViewType should not be specified"
                        : "If stream is being disabled, then UpdateViewType must not be specified"
                ).service
            }
            return nil
        }
        guard let view = StreamSettings.View.allCases.first(where: { $0.name == specification.streamViewType }) else {
            throw ItemError.parameters(
                place == .newTable
                    ? "Table is being created with a stream enabled, UpdateViewType is required"
                    : "If stream is being enabled then UpdateViewType is required"
            ).service
        }
        return StreamSettings(view: view, label: label, isEnabled: true)
    }

    /// The label of a stream that is enabled at `time`: `2026-01-01T00:00:00.000`.
    package static func streamLabel(_ time: Timestamp) -> String { String(time.iso8601.prefix(23)) }

    /// The record of a table that is to be made.
    package static func table(_ input: CreateTableInput, in call: inout Call) throws(ServiceError) -> TableRecord {
        guard let schema = input.keySchema else {
            throw CommonError.validation(
                "1 validation error detected: Value null at 'keySchema' failed to satisfy constraint: Member must not be null"
            )
        }
        try AttributeDefinitions.checkCount(schema, at: "keySchema")
        for (number, index) in (input.localSecondaryIndexes ?? []).enumerated() {
            let path = "localSecondaryIndexes.\(number + 1).member.keySchema"
            try AttributeDefinitions.checkCount(index.keySchema, at: path)
        }
        let definitions = try AttributeDefinitions(input.attributeDefinitions)
        let (billing, throughput) = try Self.billing(input.billingMode, input.provisionedThroughput)
        let (hash, sort) = try definitions.simple(schema)
        var table = TableRecord(
            id: call.entropy.nextUInt64(), uuid: call.entropy.uuid(), created: call.now, attributes: definitions.list,
            hash: hash, sort: sort)
        try Self.addIndexes(of: input, definitions, billing, to: &table, in: &call)
        try definitions.checkAllUsed(by: table)
        table.settings.billing = billing
        table.settings.throughput = throughput
        if billing == .payPerRequest { table.settings.lastToPayPerRequest = call.now }
        table.settings.tableClass = input.tableClass
        table.settings.deletionProtection = input.deletionProtectionEnabled ?? false
        let reference = try TableReference(input.tableName, in: call)
        let label = try call.newStreamLabel(of: reference)
        table.encryption =
            try EncryptionRules.encryption(input.sseSpecification, of: reference) ?? .ownedKey
        table.stream = try Self.stream(input.streamSpecification, label: label, of: .newTable)
        table.tags = try TableTags.merged([:], input.tags ?? [])
        return table
    }

    private static func addIndexes(
        of input: CreateTableInput, _ definitions: AttributeDefinitions, _ billing: TableSettings.Billing,
        to table: inout TableRecord, in call: inout Call
    ) throws(ServiceError) {
        if input.localSecondaryIndexes?.isEmpty == true {
            throw ItemError.parameters("List of LocalSecondaryIndexes is empty").service
        }
        if input.globalSecondaryIndexes?.isEmpty == true {
            throw ItemError.parameters("List of GlobalSecondaryIndexes is empty").service
        }
        for index in input.localSecondaryIndexes ?? [] {
            table.indexes.append(
                try IndexRules.local(index, definitions, in: table, id: call.entropy.nextUInt64()))
        }
        for index in input.globalSecondaryIndexes ?? [] {
            table.indexes.append(
                try IndexRules.global(index, definitions, billing: billing, id: call.entropy.nextUInt64()))
        }
        try IndexRules.check(table)
    }
}

/// Tags of tables.
package enum TableTags {
    /// `tags` with `more`, where that is allowed.
    package static func merged(_ tags: [String: String], _ more: [Tag]) throws(ServiceError) -> [String: String] {
        var result = tags
        var keys: Set<String> = []
        for tag in more {
            guard !tag.key.lowercased().hasPrefix("aws:") else {
                throw CommonError.validation("Tag Key cannot be prefixed with aws:, Key: \(tag.key)")
            }
            guard keys.insert(tag.key).inserted else {
                throw CommonError.validation(
                    "Duplicate Tag Keys provided as input: Duplicate Tag Key found \(tag.key)")
            }
            result[tag.key] = tag.value
        }
        guard result.count <= DynamoDBLimits.tags else {
            throw CommonError.validation("Number of Tags exceed the current limit for the provided ResourceArn")
        }
        return result
    }

    package static func conditions(_ tags: [Tag]?) -> [(key: String, values: [String])] {
        TagConditions.bringing((tags ?? []).map { (key: $0.key, value: $0.value) })
    }
}
