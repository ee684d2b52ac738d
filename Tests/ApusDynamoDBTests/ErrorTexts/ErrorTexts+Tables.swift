/// Tables, their indexes and settings; streams and backups.
extension ErrorText {
    private static let pk = #"{"AttributeName":"pk","KeyType":"HASH"}"#
    private static let pkIsText = #"{"AttributeName":"pk","AttributeType":"S"}"#
    private static let onDemand = #""BillingMode":"PAY_PER_REQUEST""#
    private static let units = #""ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}"#
    private static let byPk = #""AttributeDefinitions":[\#(pkIsText)],"KeySchema":[\#(pk)]"#
    private static let twoNames = #""AttributeDefinitions":[\#(pkIsText),{"AttributeName":"x","AttributeType":"S"}]"#

    private static func create(_ rest: String) -> String { #"{"TableName":"new",\#(rest)}"# }

    private static func index(
        _ keys: String, projection: String = #""ProjectionType":"ALL""#, rest: String = ""
    ) -> String {
        #"{"IndexName":"index","KeySchema":[\#(keys)],"Projection":{\#(projection)}\#(rest)}"#
    }
    private static let x = #"{"AttributeName":"x","KeyType":"HASH"}"#
    private static let xRange = #"{"AttributeName":"x","KeyType":"RANGE"}"#

    private static func global(_ index: String, _ billing: String = onDemand) -> String {
        create(#"\#(twoNames),"KeySchema":[\#(pk)],\#(billing),"GlobalSecondaryIndexes":[\#(index)]"#)
    }

    private static let byTwo = #"\#(twoNames),"KeySchema":[\#(pk),\#(xRange)]"#
    private static func local(_ indexes: String...) -> String {
        create(#"\#(byTwo),\#(onDemand),"LocalSecondaryIndexes":[\#(indexes.joined(separator: ","))]"#)
    }
    private static func many(_ kind: String, _ count: Int, _ keys: String, projection: (Int) -> String) -> String {
        let indexes = (0..<count).map {
            #"{"IndexName":"index\#($0)","KeySchema":[\#(keys)],"Projection":{\#(projection($0))}}"#
        }
        return create(#"\#(byTwo),\#(onDemand),"\#(kind)SecondaryIndexes":[\#(indexes.joined(separator: ","))]"#)
    }
    private static func names(_ count: Int, _ prefix: String = "n") -> String {
        (0..<count).map { "\"\(prefix)\($0)\"" }.joined(separator: ",")
    }
    private static let all = #""ProjectionType":"ALL""#

    static let newTables: [ErrorText] = [
        ErrorText(
            "CreateTable", create(#"\#(byPk)"#),
            parameters(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"),
            .api("CreateTable")),
        ErrorText(
            "CreateTable", create(#"\#(byPk),\#(onDemand),\#(units)"#),
            parameters(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"),
            .thread("aws-controllers-k8s/dynamodb-controller/pull/73")),
        ErrorText(
            "CreateTable",
            create(
                #""AttributeDefinitions":[\#(pkIsText)],"KeySchema":[{"AttributeName":"pk","KeyType":"RANGE"}],\#(onDemand)"#
            ),
            validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"), .api("CreateTable")),
        ErrorText(
            "CreateTable",
            create(
                #"\#(twoNames),"KeySchema":[\#(pk),{"AttributeName":"x","KeyType":"RANGE"},{"AttributeName":"y","KeyType":"RANGE"}],\#(onDemand)"#
            ),
            constraint(
                "'[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=x, keyType=RANGE), KeySchemaElement(attributeName=y, keyType=RANGE)]'",
                "keySchema", "Member must have length less than or equal to 2"), .api("CreateTable")),
        ErrorText(
            "CreateTable", create(#""AttributeDefinitions":[\#(pkIsText)],"KeySchema":[],\#(onDemand)"#),
            constraint("'[]'", "keySchema", "Member must have length greater than or equal to 1"), .api("CreateTable")),
        ErrorText(
            "CreateTable",
            create(
                #""AttributeDefinitions":[\#(pkIsText)],"KeySchema":[\#(pk),{"AttributeName":"pk","KeyType":"RANGE"}],\#(onDemand)"#
            ),
            validation("Both the Hash Key and the Range Key element in the KeySchema have the same name"),
            .api("CreateTable")),
        ErrorText(
            "CreateTable", create(#"\#(twoNames),"KeySchema":[\#(pk)],\#(onDemand)"#),
            parameters(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
            ),
            .api("CreateTable")),
        ErrorText(
            "CreateTable", create(#""AttributeDefinitions":[\#(pkIsText)],"KeySchema":[\#(x)],\#(onDemand)"#),
            parameters(
                "Some index key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [pk]"
            ),
            .thread("getmoto/moto/pull/4428")),
        ErrorText(
            "CreateTable",
            create(
                #""AttributeDefinitions":[\#(pkIsText),{"AttributeName":"x","AttributeType":"S"},{"AttributeName":"y","AttributeType":"S"}],"KeySchema":[\#(pk)],\#(onDemand),"GlobalSecondaryIndexes":[\#(index(x))]"#
            ),
            parameters("Some AttributeDefinitions are not used. AttributeDefinitions: [pk, x, y], keys used: [pk, x]"),
            .thread("aws/aws-cli/issues/1884")),
        ErrorText(
            "CreateTable", global(index(x), units),
            parameters("ProvisionedThroughput is not specified for index: index"),
            .thread("awsdocs/amazon-dynamodb-developer-guide/issues/246")),
        ErrorText(
            "CreateTable", global(index(x, projection: #""ProjectionType":"INCLUDE""#)),
            parameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
            .thread("nubo-db/dynoxide/pull/120")),
        ErrorText(
            "CreateTable", global(index(x, projection: #""ProjectionType":"ALL","NonKeyAttributes":["a"]"#)),
            parameters("ProjectionType is ALL, but NonKeyAttributes is specified"),
            .thread("ExtendDB/extenddb/pull/191")),
        ErrorText(
            "CreateTable", global(index(x) + "," + index(x)), parameters("Duplicate index name: index"),
            .thread("ExtendDB/extenddb/pull/15")),
        ErrorText(
            "CreateTable", create(#"\#(byPk),\#(onDemand),"GlobalSecondaryIndexes":[]"#),
            parameters("List of GlobalSecondaryIndexes is empty"), .api("CreateTable")),
        ErrorText(
            "CreateTable",
            create(
                #"\#(twoNames),"KeySchema":[\#(pk)],\#(onDemand),"LocalSecondaryIndexes":[\#(index(pk + "," + xRange))]"#
            ),
            parameters(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"),
            .thread("ExtendDB/extenddb/pull/15")),
        ErrorText(
            "CreateTable", create(#"\#(byPk),\#(onDemand),"StreamSpecification":{"StreamEnabled":true}"#),
            parameters("Table is being created with a stream enabled, UpdateViewType is required"),
            .api("StreamSpecification")),
        ErrorText(
            "CreateTable",
            create(
                #"\#(byPk),\#(onDemand),"StreamSpecification":{"StreamEnabled":false,"StreamViewType":"NEW_IMAGE"}"#),
            parameters("Table is being created with a stream disabled, UpdateViewType should not be specified"),
            .thread("nubo-db/dynoxide/pull/120")),
        ErrorText(
            "CreateTable", #"{"TableName":"plain",\#(byPk),\#(onDemand)}"#,
            "ResourceInUseException: Table already exists: plain", .api("CreateTable")),
        ErrorText(
            "CreateTable", create(#"\#(twoNames),"KeySchema":[\#(pk),\#(xRange),\#(xRange)]"#),
            constraint(
                "'[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=x, keyType=RANGE), KeySchemaElement(attributeName=x, keyType=RANGE)]'",
                "keySchema", "Member must have length less than or equal to 2"), .api("CreateTable")),
        ErrorText(
            "CreateTable", local(index("\(pk),\(xRange),\(xRange)")),
            constraint(
                "'[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=x, keyType=RANGE), KeySchemaElement(attributeName=x, keyType=RANGE)]'",
                "localSecondaryIndexes.1.member.keySchema", "Member must have length less than or equal to 2"),
            .api("LocalSecondaryIndex")),
        ErrorText(
            "CreateTable", local(index(pk)), parameters("Index KeySchema does not have a range key for index: index"),
            .api("LocalSecondaryIndex")),
        ErrorText(
            "CreateTable", local(index(x + #",{"AttributeName":"pk","KeyType":"RANGE"}"#)),
            parameters(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: index. index hash key: x, table hash key: pk"
            ), .api("CreateTable")),
        ErrorText(
            "CreateTable", many("Local", 6, "\(pk),\(xRange)") { _ in all },
            parameters("Number of LocalSecondaryIndexes exceeds per-table limit of 5"), .guide("Constraints")),
        ErrorText(
            "CreateTable", many("Global", 21, x) { _ in all },
            parameters("GlobalSecondaryIndex count exceeds the per-table limit of 20"), .guide("Constraints")),
        ErrorText(
            "CreateTable",
            many("Global", 6, x) { #""ProjectionType":"INCLUDE","NonKeyAttributes":[\#(names(17, "n\($0)x"))]"# },
            parameters("The total number of NonKeyAttributes of all indexes exceeds the per-table limit of 100"),
            .api("Projection")),
        ErrorText(
            "CreateTable",
            local(index("\(pk),\(xRange)", projection: #""ProjectionType":"INCLUDE","NonKeyAttributes":[]"#)),
            constraint(
                "'[]'", "localSecondaryIndexes.1.member.projection.nonKeyAttributes",
                "Member must have length greater than or equal to 1"), .api("Projection")),
        ErrorText(
            "CreateTable",
            local(#"{"IndexName":"ab","KeySchema":[\#(pk),\#(xRange)],"Projection":{\#(all)}}"#),
            constraint(
                "'ab'", "localSecondaryIndexes.1.member.indexName", "Member must have length greater than or equal to 3"
            ),
            .api("LocalSecondaryIndex")),
        ErrorText(
            "CreateTable",
            #"{"TableName":"new","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"BOOL"}],"KeySchema":[\#(pk)],\#(onDemand)}"#,
            constraint(
                "'BOOL'", "attributeDefinitions.1.member.attributeType", "Member must satisfy enum value set: [S, N, B]"
            ),
            .api("AttributeDefinition")),
    ]

    private static func newIndex(_ definitions: String, _ keys: String, _ rest: String = "", table: String = "plain")
        -> String
    {
        #"{"TableName":"\#(table)","AttributeDefinitions":[\#(definitions)],"GlobalSecondaryIndexUpdates":[{"Create":\#(index(keys, rest: rest))}]}"#
    }
    private static let xIsText = #"{"AttributeName":"x","AttributeType":"S"}"#
    private static let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table"

    private static func timeToLive(_ name: String, _ enabled: Bool, table: String = "plain") -> String {
        #"{"TableName":"\#(table)","TimeToLiveSpecification":{"Enabled":\#(enabled),"AttributeName":"\#(name)"}}"#
    }

    static let tables: [ErrorText] = [
        ErrorText(
            "UpdateTable", newIndex(xIsText, pk),
            validation("Invalid KeySchema: Some index key attribute have no definition"),
            .thread("nubo-db/dynoxide/issues/144")),
        ErrorText(
            "UpdateTable", newIndex(xIsText, x + #",{"AttributeName":"y","KeyType":"RANGE"}"#),
            validation("Invalid KeySchema: Some index key attribute have no definition"),
            .thread("alexdebrie/dynamodbguide.com/issues/16")),
        ErrorText(
            "UpdateTable", newIndex(xIsText, x, "," + units),
            parameters(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: index when BillingMode is PAY_PER_REQUEST"
            ), .thread("aws/aws-cli/issues/4303")),
        ErrorText(
            "UpdateTable", #"{"TableName":"none","BillingMode":"PAY_PER_REQUEST"}"#,
            "ResourceNotFoundException: Requested resource not found: Table: none not found", .api("UpdateTable")),
        ErrorText(
            "UpdateTable",
            #"{"TableName":"fixed","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}"#,
            validation("Table already has an enabled stream: TableName: fixed"), .api("UpdateTable")),
        ErrorText(
            "UpdateTable", #"{"TableName":"plain","StreamSpecification":{"StreamEnabled":false}}"#,
            validation("Table has no stream to disable: TableName: plain"), .api("UpdateTable")),
        ErrorText(
            "UpdateTable", #"{"TableName":"plain","BillingMode":"PROVISIONED"}"#,
            parameters("ProvisionedThroughput must be specified when BillingMode is PROVISIONED"), .api("UpdateTable")),
        ErrorText(
            "UpdateTable", #"{"TableName":"fixed",\#(units)}"#,
            validation(
                "The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: 1. Requested ReadCapacityUnits: 1. Current WriteCapacityUnits provisioned for the table: 1. Requested WriteCapacityUnits: 1. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
            ), .api("UpdateTable")),
        ErrorText(
            "DeleteTable", #"{"TableName":"none"}"#,
            "ResourceNotFoundException: Requested resource not found: Table: none not found", .api("DeleteTable")),
        ErrorText(
            "UpdateTimeToLive", timeToLive("ttl", true), validation("TimeToLive is already enabled"),
            .api("UpdateTimeToLive")),
        ErrorText(
            "UpdateTimeToLive", timeToLive("other", true),
            validation("TimeToLive is active on a different AttributeName: current AttributeName is ttl"),
            .thread("go-to-k/cdkd/pull/932")),
        ErrorText(
            "UpdateTimeToLive", timeToLive("other", false),
            validation("TimeToLive is active on a different AttributeName: current AttributeName is ttl"),
            .api("UpdateTimeToLive")),
        ErrorText(
            "UpdateTimeToLive", timeToLive("ttl", false, table: "table"), validation("TimeToLive is already disabled"),
            .api("UpdateTimeToLive")),
        ErrorText(
            "TagResource", #"{"ResourceArn":"\#(arn)/plain","Tags":[{"Key":"aws:x","Value":""}]}"#,
            validation("Tag Key cannot be prefixed with aws:, Key: aws:x"), .guide("Tagging")),
        ErrorText(
            "TagResource", #"{"ResourceArn":"\#(arn)/none","Tags":[{"Key":"x","Value":""}]}"#,
            "ResourceNotFoundException: Requested resource not found: ResourcArn: \(arn)/none not found",
            .api("TagResource")),
        ErrorText(
            "TagResource", #"{"ResourceArn":"\#(arn)/plain","Tags":[{"Key":"","Value":""}]}"#,
            constraint("''", "tags.1.member.key", "Member must have length greater than or equal to 1"), .api("Tag")),
    ]

    private static let stream = "\(arn)/fixed/stream/2026-01-01T00:00:00.000"

    static let streams: [ErrorText] = [
        ErrorText(
            "DescribeStream", #"{"StreamArn":"\#(arn)/plain/stream/2026-01-01T00:00:00.000"}"#,
            "ResourceNotFoundException: Requested resource not found: Stream: \(arn)/plain/stream/2026-01-01T00:00:00.000 not found",
            .api("streams_DescribeStream")),
        ErrorText(
            "DescribeStream", #"{"StreamArn":"short"}"#,
            constraint("'short'", "streamArn", "Member must have length greater than or equal to 37"),
            .api("streams_DescribeStream")),
        ErrorText(
            "DescribeStream", #"{"StreamArn":"\#(stream)","Limit":101}"#,
            constraint("'101'", "limit", "Member must have value less than or equal to 100"),
            .api("streams_DescribeStream")),
        ErrorText(
            "GetShardIterator",
            #"{"StreamArn":"\#(stream)","ShardId":"shardId-00000000000000000000-00000000","ShardIteratorType":"NEWEST"}"#,
            constraint(
                "'NEWEST'", "shardIteratorType",
                "Member must satisfy enum value set: [TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER]"),
            .api("streams_GetShardIterator")),
        ErrorText(
            "CreateBackup", #"{"TableName":"none","BackupName":"first"}"#,
            "TableNotFoundException: Table not found: none",
            .api("CreateBackup")),
        ErrorText(
            "CreateBackup", #"{"TableName":"plain","BackupName":"a b c"}"#,
            constraint("'a b c'", "backupName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
            .api("CreateBackup")),
        ErrorText(
            "UpdateContinuousBackups",
            #"{"TableName":"plain","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":36}}"#,
            constraint(
                "'36'", "pointInTimeRecoverySpecification.recoveryPeriodInDays",
                "Member must have value less than or equal to 35"),
            .api("PointInTimeRecoverySpecification")),
        ErrorText(
            "DescribeContinuousBackups", #"{"TableName":"none"}"#, "TableNotFoundException: Table not found: none",
            .api("DescribeContinuousBackups")),
    ]
}
