/// Queries and scans.
extension ErrorText {
    private static func query(_ condition: String, _ values: String = pk, _ rest: String = "") -> String {
        #"{"TableName":"table","KeyConditionExpression":"\#(condition)","ExpressionAttributeValues":{\#(values)}\#(rest.isEmpty ? "" : "," + rest)}"#
    }
    private static let pk = #"":p":{"S":"a"}"#
    private static let both = #"":p":{"S":"a"},":n":{"N":"1"}"#
    private static let range = #"":p":{"S":"a"},":n":{"N":"1"},":z":{"N":"9"}"#
    private static let global = #""IndexName":"keys""#
    private static let conditions = Evidence.guide("Query.KeyConditionExpressions")
    private static let select = Evidence.thread("nubo-db/dynoxide/pull/100")
    private static let startKeys = Evidence.thread("ExtendDB/extenddb/pull/86")

    private static func scan(_ rest: String) -> String { #"{"TableName":"table",\#(rest)}"# }

    static let queries: [ErrorText] = [
        ErrorText(
            "Query", query("sk = :n", #"":n":{"N":"1"}"#), validation("Query condition missed key schema element: pk"),
            conditions),
        ErrorText(
            "Query", query("pk = :p AND x = :n", both), validation("Query condition missed key schema element: sk"),
            .thread("aws/aws-sdk-js-v3/issues/2079")),
        ErrorText("Query", query("pk > :p"), validation("Query key condition not supported"), conditions),
        ErrorText(
            "Query", query("pk = :p AND sk < :n AND sk > :n", both),
            validation("KeyConditionExpressions must only contain one condition per key"),
            .thread("awslabs/aws-athena-query-federation/issues/1089")),
        ErrorText(
            "Query", query("pk = sk", ""), validation("ExpressionAttributeValues must not be empty"), conditions),
        ErrorText(
            "Query", query("pk = :p OR sk = :n", both),
            validation("Invalid operator used in KeyConditionExpression: OR"),
            conditions),
        ErrorText(
            "Query", query("pk <> :p"), validation("Invalid operator used in KeyConditionExpression: <>"), conditions),
        ErrorText(
            "Query", query("pk = :p AND begins_with(sk, :n)", both),
            validation(
                "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
            ), .api("Query")),
        ErrorText(
            "Query", query("pk = :n", #"":n":{"N":"1"}"#),
            parameters("Condition parameter type does not match schema type"),
            .words("https://gist.github.com/rhossi/e5f2269086f03ed67b45")),
        ErrorText(
            "Query", query("pk = :p", #"":p":{"S":""}"#),
            validation(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
            ), .thread("ministackorg/ministack/pull/1067")),
        ErrorText(
            "Query", #"{"TableName":"table"}"#,
            validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."),
            .api("Query")),
        ErrorText(
            "Query", query("pk = :p", both, #""FilterExpression":"sk = :n""#),
            validation(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"),
            .api("Query")),
        ErrorText(
            "Query", query("pk = :p", pk, #""IndexName":"the_index""#),
            validation("The table does not have the specified index: the_index"),
            .thread("OceanDev/ocean-dynamo/issues/41")),
        ErrorText(
            "Query", query("g = :p", pk, #"\#(global),"ConsistentRead":true"#),
            validation("Consistent reads are not supported on global secondary indexes"), .api("Query")),
        ErrorText(
            "Scan", scan(#"\#(global),"ConsistentRead":true"#),
            validation("Consistent reads are not supported on global secondary indexes"), .api("Scan")),
        ErrorText(
            "Query", query("g = :p", pk, #"\#(global),"Select":"ALL_ATTRIBUTES""#),
            parameters(
                "Select type ALL_ATTRIBUTES is not supported for global secondary index keys because its projection type is not ALL"
            ), .thread("mapbox/dyno/issues/23")),
        ErrorText(
            "Query", query("g = :p", pk, #"\#(global),"ProjectionExpression":"table_column""#),
            parameters("Global secondary index keys does not project [table_column]"),
            .thread("localstack/localstack/issues/478")),
        ErrorText(
            "Query", query("pk = :p", pk, #""ProjectionExpression":"n","Select":"ALL_ATTRIBUTES""#),
            validation("Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES"),
            select),
        ErrorText(
            "Scan", scan(#""ProjectionExpression":"n","Select":"COUNT""#),
            validation("Cannot specify the ProjectionExpression when choosing to get only the Count"), select),
        ErrorText(
            "Scan", scan(#""AttributesToGet":["n"],"Select":"COUNT""#),
            validation("Cannot specify the AttributesToGet when choosing to get only the Count"), select),
        ErrorText(
            "Scan", scan(#""Select":"ALL_PROJECTED_ATTRIBUTES""#),
            validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"), select),
        ErrorText(
            "Query", query("pk = :p", pk, #""Select":"SPECIFIC_ATTRIBUTES""#),
            validation(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"),
            .api("Query")),
        ErrorText(
            "Query", query("pk = :p", pk, #""Limit":0"#),
            constraint("'0'", "limit", "Member must have value greater than or equal to 1"), .api("Query")),
        ErrorText(
            "Query", query("pk = :p", pk, #""ExclusiveStartKey":{"pk":{"S":"a"}}"#),
            validation("The provided starting key is invalid"), startKeys),
        ErrorText(
            "Query", query("pk = :p", pk, #""ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"S":"1"}}"#),
            validation("The provided starting key is invalid"), startKeys),
        ErrorText(
            "Query", query("g = :p", pk, #"\#(global),"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"1"}}"#),
            validation("The provided starting key is invalid"), .thread("pynamodb/PynamoDB/issues/50")),
        ErrorText(
            "Scan", scan(#""ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"x"}}"#),
            validation("The provided starting key is invalid: The provided key element does not match the schema"),
            .thread("baopham/laravel-dynamodb/issues/200")),
        ErrorText(
            "Scan", scan(#"\#(global),"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"1"}}"#),
            validation("The provided starting key is invalid"), startKeys),
        ErrorText(
            "Query", query("pk = :p", pk, #""ExclusiveStartKey":{"pk":{"S":"b"},"sk":{"N":"1"}}"#),
            validation("The provided starting key is outside query boundaries based on provided conditions"),
            .thread("scylladb/scylladb/issues/26988")),
        ErrorText(
            "Query",
            query("pk = :p AND sk BETWEEN :n AND :z", range, #""ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"10"}}"#),
            validation("The provided starting key is outside query boundaries based on provided conditions"),
            .thread("ministackorg/ministack/pull/1067")),
        ErrorText(
            "Scan", scan(#""Segment":4,"TotalSegments":4"#),
            validation(
                "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 4 is not less than TotalSegments: 4"
            ), .api("Scan")),
        ErrorText(
            "Scan", scan(#""Segment":0"#),
            validation(
                "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
            ),
            .api("Scan")),
        ErrorText(
            "Scan", scan(#""TotalSegments":1"#),
            validation(
                "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
            ),
            .api("Scan")),
        ErrorText(
            "Scan", scan(#""Segment":0,"TotalSegments":1000001"#),
            constraint("'1000001'", "totalSegments", "Member must have value less than or equal to 1000000"),
            .api("Scan")),
        ErrorText(
            "Query",
            #"{"TableName":"table","KeyConditions":{"pk":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"S":"a"}]}}}"#,
            validation("Attempted conditional constraint is not an indexable operation"),
            .guide("LegacyConditionalParameters")),
        ErrorText(
            "Scan", scan(#""ScanFilter":{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"}]}}"#),
            parameters("Invalid number of argument(s) for the BETWEEN ComparisonOperator"), .api("Condition")),
        ErrorText(
            "Scan", scan(#""ScanFilter":{"n":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"SS":["a"]}]}}"#),
            parameters("ComparisonOperator CONTAINS is not valid for SS AttributeValue type"), .api("Condition")),
    ]
}
