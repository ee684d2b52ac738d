import ApusBase
import ApusService
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

@Suite struct TableTests {
    private let bench = DynamoDBBench()
    private static let invalid = "ValidationException: One or more parameter values were invalid: "

    private func create(_ rest: String, name: String = "table") -> String? {
        self.bench.refusal(CreateTable.self, #"{"TableName":"\#(name)",\#(rest)}"#)
    }

    private static let onDemand = #""BillingMode":"PAY_PER_REQUEST""#
    private static let pk = #""AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]"#
    private static let schema = #""KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]"#

    @Test func `a table is there at once, and its answer says CREATING`() throws {
        let output = try self.bench.run(
            CreateTable.self, #"{"TableName":"table",\#(Self.pk),\#(Self.schema),\#(Self.onDemand)}"#)
        #expect(output.tableDescription?.tableStatus == "CREATING")
        let table = try #require(try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table)
        #expect(table.tableStatus == "ACTIVE")
        #expect(table.tableArn == "arn:aws:dynamodb:eu-west-1:123456789012:table/table")
        #expect(table.keySchema == [KeySchemaElement(attributeName: "pk", keyType: "HASH")])
        #expect(table.billingModeSummary?.billingMode == "PAY_PER_REQUEST")
        #expect(table.provisionedThroughput?.readCapacityUnits == 0)
        #expect(table.itemCount == 0)
        #expect(
            self.create("\(Self.pk),\(Self.schema),\(Self.onDemand)")
                == "ResourceInUseException: Table already exists: table")
    }

    @Test func `a table can be named by its ARN`() throws {
        try self.bench.create()
        let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/table"
        _ = try self.bench.run(PutItem.self, #"{"TableName":"\#(arn)","Item":{"pk":{"S":"a"}}}"#)
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) != nil)
    }

    @Test func `names have three to 255 letters, digits, dots, dashes and underscores`() {
        let rest = "\(Self.pk),\(Self.schema),\(Self.onDemand)"
        let message = "must be at least 3 characters long and at most 255 characters long"
        #expect(self.create(rest, name: "ab") == "ValidationException: TableName \(message)")
        #expect(
            self.create(rest, name: "a b c")
                == "ValidationException: 1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        )
    }

    @Test func `mistakes in schemas are told in AWS's words`() {
        #expect(
            self.create(#"\#(Self.pk),"KeySchema":[{"AttributeName":"pk","KeyType":"RANGE"}],\#(Self.onDemand)"#)
                == "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        #expect(
            self.create(#"\#(Self.pk),"KeySchema":[{"AttributeName":"x","KeyType":"HASH"}],\#(Self.onDemand)"#)
                == Self.invalid
                + "Some index key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [pk]"
        )
        let two = #"""
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"x","AttributeType":"S"}]
            """#
        #expect(
            self.create("\(two),\(Self.schema),\(Self.onDemand)") == Self.invalid
                + "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
        )
        #expect(
            self.create("\(Self.pk),\(Self.schema)") == Self.invalid
                + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
        let throughput = #""ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}"#
        #expect(
            self.create("\(Self.pk),\(Self.schema),\(Self.onDemand),\(throughput)") == Self.invalid
                + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
        #expect(
            self.create(
                #"\#(Self.pk),\#(Self.schema),"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":1}"#)
                == "ValidationException: 1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1"
        )
    }

    @Test func `a description counts what is there`() throws {
        try self.bench.create()
        for number in 0..<5 { try self.bench.put(#"{"pk":{"S":"\#(number)"},"v":{"S":"xyz"}}"#) }
        let table = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table
        #expect(table?.itemCount == 5)
        #expect(table?.tableSizeBytes == 5 * 7)
    }

    @Test func `the count of many items is estimated`() throws {
        try self.bench.create()
        for number in 0..<3000 { try self.bench.put(#"{"pk":{"S":"\#(number)"}}"#) }
        let count = try #require(try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table?.itemCount)
        #expect(2700...3300 ~= count)
    }

    @Test func `a table that is made anew shows nothing of the old one`() throws {
        try self.bench.create()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        let output = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        #expect(output.tableDescription?.tableStatus == "DELETING")
        #expect(
            self.bench.refusal(DescribeTable.self, #"{"TableName":"table"}"#)
                == "ResourceNotFoundException: Requested resource not found: Table: table not found")
        try self.bench.create()
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) == nil)
    }

    @Test func `a protected table is not deleted`() throws {
        try self.bench.create(more: #""DeletionProtectionEnabled":true"#)
        #expect(
            self.bench.refusal(DeleteTable.self, #"{"TableName":"table"}"#)
                == "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
        )
        _ = try self.bench.run(UpdateTable.self, #"{"TableName":"table","DeletionProtectionEnabled":false}"#)
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
    }

    @Test func `provisioned throughput is kept and shown`() throws {
        let throughput = #""ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}"#
        _ = try self.bench.run(
            CreateTable.self, #"{"TableName":"table",\#(Self.pk),\#(Self.schema),\#(throughput)}"#)
        #expect(
            self.bench.refusal(UpdateTable.self, #"{"TableName":"table",\#(throughput)}"#)?
                .hasPrefix("ValidationException: The provisioned throughput for the table will not change.") == true)
        let output = try self.bench.run(
            UpdateTable.self,
            #"{"TableName":"table","ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":1}}"#)
        #expect(output.tableDescription?.tableStatus == "UPDATING")
        let shown = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table
        #expect(shown?.provisionedThroughput?.readCapacityUnits == 3)
        #expect(shown?.provisionedThroughput?.lastIncreaseDateTime != nil)
        #expect(shown?.provisionedThroughput?.lastDecreaseDateTime != nil)
        _ = try self.bench.run(UpdateTable.self, #"{"TableName":"table","BillingMode":"PAY_PER_REQUEST"}"#)
        let onDemand = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table
        #expect(onDemand?.billingModeSummary?.billingMode == "PAY_PER_REQUEST")
        #expect(onDemand?.provisionedThroughput?.readCapacityUnits == 0)
    }

    @Test func `an update must ask for something`() throws {
        try self.bench.create()
        #expect(
            self.bench.refusal(UpdateTable.self, #"{"TableName":"table"}"#)
                == "ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
        )
    }

    /// The words of AWS's answers, as they are recorded in public.
    @Test(arguments: [
        (
            #""StreamSpecification":{"StreamEnabled":true}"#,
            "If stream is being enabled then UpdateViewType is required"
        ),
        (
            #""StreamSpecification":{"StreamEnabled":false,"StreamViewType":"NEW_IMAGE"}"#,
            "If stream is being disabled, then UpdateViewType must not be specified"
        ),
        (
            #""GlobalSecondaryIndexUpdates":[{}]"#,
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null"
        ),
        (
            #""GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"gone"}},{"Delete":{"IndexName":"gone"}}]"#,
            "Only one global secondary index update per index is allowed simultaneously. Index: gone"
        ),
        (
            #""DeletionProtectionEnabled":true,"GlobalSecondaryIndexUpdates":[]"#,
            "List of GlobalSecondaryIndexUpdates is empty"
        ),
        (#""BillingMode":"PROVISIONED""#, "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"),
    ])
    func `an update that makes no sense is refused in AWS's words`(update: String, message: String) throws {
        try self.bench.create()
        #expect(
            self.bench.refusal(UpdateTable.self, #"{"TableName":"table",\#(update)}"#)
                == "ValidationException: One or more parameter values were invalid: \(message)")
    }

    @Test func `tags are refused in AWS's words`() throws {
        try self.bench.create()
        let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/table"
        func refusal(_ tags: String) -> String? {
            self.bench.refusal(TagResource.self, #"{"ResourceArn":"\#(arn)","Tags":[\#(tags)]}"#)
        }
        #expect(
            refusal(#"{"Key":"aws:x","Value":""}"#)
                == "ValidationException: Tag Key cannot be prefixed with aws:, Key: aws:x")
        #expect(
            refusal(#"{"Key":"x","Value":"1"},{"Key":"x","Value":"2"}"#)
                == "ValidationException: Duplicate Tag Keys provided as input: Duplicate Tag Key found x")
        #expect(refusal("") == "ValidationException: Atleast one Tag needs to be provided as Input.")
        let many = (0...50).map { #"{"Key":"k\#($0)","Value":""}"# }.joined(separator: ",")
        #expect(
            refusal(many)
                == "ValidationException: Number of Tags exceed the current limit for the provided ResourceArn")
    }

    @Test func `what is not implemented is refused by name`() throws {
        let encryption = #""SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"alias/mine"}"#
        #expect(
            self.create(#"\#(Self.pk),\#(Self.schema),\#(Self.onDemand),\#(encryption)"#)
                == "NotImplemented: Apus does not implement KMSMasterKeyId of DynamoDB's tables.")
    }

    @Test func `tables are listed by name, page by page`() throws {
        for name in ["bbb", "aaa", "ccc"] { try self.bench.create(name) }
        let first = try self.bench.run(ListTables.self, #"{"Limit":2}"#)
        #expect(first.tableNames == ["aaa", "bbb"])
        #expect(first.lastEvaluatedTableName == "bbb")
        let second = try self.bench.run(ListTables.self, #"{"Limit":2,"ExclusiveStartTableName":"bbb"}"#)
        #expect(second.tableNames == ["ccc"])
        #expect(second.lastEvaluatedTableName == nil)
    }

    @Test func `tags are set, shown and removed`() throws {
        try self.bench.create(more: #""Tags":[{"Key":"a","Value":"1"}]"#)
        let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/table"
        _ = try self.bench.run(TagResource.self, #"{"ResourceArn":"\#(arn)","Tags":[{"Key":"b","Value":"2"}]}"#)
        _ = try self.bench.run(UntagResource.self, #"{"ResourceArn":"\#(arn)","TagKeys":["a"]}"#)
        let tags = try self.bench.run(ListTagsOfResource.self, #"{"ResourceArn":"\#(arn)"}"#).tags
        #expect(tags == [Tag(key: "b", value: "2")])
        #expect(
            self.bench.refusal(ListTagsOfResource.self, #"{"ResourceArn":"\#(arn)x"}"#)
                == "ResourceNotFoundException: Requested resource not found: ResourcArn: \(arn)x not found")
    }

    @Test func `a stream's settings are shown`() throws {
        try self.bench.create(more: #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}"#)
        let table = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table
        #expect(table?.streamSpecification == StreamSpecification(streamEnabled: true, streamViewType: "NEW_IMAGE"))
        #expect(table?.latestStreamLabel == "2026-01-01T00:00:00.000")
        #expect(
            table?.latestStreamArn
                == "arn:aws:dynamodb:eu-west-1:123456789012:table/table/stream/2026-01-01T00:00:00.000")
        _ = try self.bench.run(
            UpdateTable.self, #"{"TableName":"table","StreamSpecification":{"StreamEnabled":false}}"#)
        #expect(
            self.bench.refusal(
                UpdateTable.self, #"{"TableName":"table","StreamSpecification":{"StreamEnabled":false}}"#)
                == "ValidationException: Table has no stream to disable: TableName: table")
    }

    @Test func `time to live is turned on and off`() throws {
        try self.bench.create()
        let on = #"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"e"}}"#
        _ = try self.bench.run(UpdateTimeToLive.self, on)
        #expect(
            self.bench.refusal(UpdateTimeToLive.self, on) == "ValidationException: TimeToLive is already enabled")
        let shown = try self.bench.run(DescribeTimeToLive.self, #"{"TableName":"table"}"#).timeToLiveDescription
        #expect(shown == TimeToLiveDescription(timeToLiveStatus: "ENABLED", attributeName: "e"))
    }

    @Test func `a new table has continuous backups and no recovery to a point in time`() throws {
        try self.bench.create()
        let shown = try self.bench.run(DescribeContinuousBackups.self, #"{"TableName":"table"}"#)
        let description = try #require(shown.continuousBackupsDescription)
        #expect(description.continuousBackupsStatus == "ENABLED")
        #expect(
            description.pointInTimeRecoveryDescription
                == PointInTimeRecoveryDescription(pointInTimeRecoveryStatus: "DISABLED"))
        #expect(
            self.bench.refusal(DescribeContinuousBackups.self, #"{"TableName":"other"}"#)
                == "TableNotFoundException: Table not found: other")
    }

    @Test func `limits and endpoints are told`() throws {
        #expect(try self.bench.run(DescribeLimits.self, "{}").tableMaxReadCapacityUnits == 40_000)
        #expect(try self.bench.run(DescribeEndpoints.self, "{}").endpoints.first?.address == "localhost:4566")
    }
}
