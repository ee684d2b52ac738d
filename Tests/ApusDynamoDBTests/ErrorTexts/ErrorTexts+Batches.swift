/// Batches, transactions and statements.
extension ErrorText {
    private static func put(_ item: String) -> String { #"{"PutRequest":{"Item":\#(item)}}"# }
    private static func write(_ requests: [String], table: String = "plain") -> String {
        #"{"RequestItems":{"\#(table)":[\#(requests.joined(separator: ","))]}}"#
    }
    private static func puts(_ numbers: Range<Int>) -> [String] { numbers.map { put(#"{"pk":{"S":"k\#($0)"}}"#) } }
    private static func keys(_ numbers: Range<Int>) -> String {
        numbers.map { #"{"pk":{"S":"k\#($0)"}}"# }.joined(separator: ",")
    }
    private static let mismatch = validation("The provided key element does not match the schema")
    private static let emptyKey = validation(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
    )

    static let batches: [ErrorText] = [
        ErrorText(
            "BatchWriteItem", write([put(#"{"x":{"S":"a"}}"#)]), mismatch, .thread("guregu/dynamo/issues/80")),
        ErrorText(
            "BatchWriteItem", write([put(#"{"pk":{"N":"1"}}"#)]), mismatch,
            .thread("aws-samples/csv-to-dynamodb/issues/16")),
        ErrorText(
            "BatchWriteItem", write([#"{"DeleteRequest":{"Key":{"x":{"S":"a"}}}}"#]), mismatch, .api("BatchWriteItem")),
        ErrorText(
            "BatchWriteItem", write([put(#"{"pk":{"S":""}}"#)]), emptyKey, .thread("nubo-db/dynoxide/issues/97")),
        ErrorText(
            "BatchWriteItem", write([put(#"{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":""}}"#)], table: "table"),
            validation(
                "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: global, IndexKey: g"
            ), .thread("danishi/dynamodb-csv/issues/41")),
        ErrorText(
            "BatchWriteItem", write(puts(0..<2) + puts(0..<1)),
            validation("Provided list of item keys contains duplicates"),
            .api("BatchWriteItem")),
        ErrorText(
            "BatchWriteItem", write([put(#"{"pk":{"S":"a"}}"#), #"{"DeleteRequest":{"Key":{"pk":{"S":"a"}}}}"#]),
            validation("Provided list of item keys contains duplicates"), .api("BatchWriteItem")),
        ErrorText(
            "BatchWriteItem", write([]),
            constraint(
                "'{plain=[]}'", "requestItems",
                "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
            ), .thread("elegantdevelopment/aws-cdk-dynamodb-seeder/issues/3")),
        ErrorText(
            "BatchWriteItem", #"{"RequestItems":{}}"#,
            constraint("'{}'", "requestItems", "Member must have length greater than or equal to 1"),
            .api("BatchWriteItem")),
        ErrorText(
            "BatchGetItem", #"{"RequestItems":{"plain":{"Keys":[]}}}"#,
            constraint("'[]'", "requestItems.plain.member.keys", "Member must have length greater than or equal to 1"),
            .thread("aws/aws-sdk-js/issues/1150")),
        ErrorText(
            "BatchGetItem", #"{"RequestItems":{"plain":{"Keys":[{"pk":{"S":"id1"}},{"pk":{"S":"id1"}}]}}}"#,
            validation("Provided list of item keys contains duplicates"), .thread("boto/boto3/issues/4131")),
        ErrorText(
            "BatchGetItem",
            #"{"RequestItems":{"plain":{"Keys":[\#(keys(0..<60))]},"fixed":{"Keys":[\#(keys(0..<60))]}}}"#,
            validation("Too many items requested for the BatchGetItem call"),
            .words("https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html")),
        ErrorText(
            "BatchWriteItem",
            #"{"RequestItems":{"plain":[\#(puts(0..<15).joined(separator: ","))],"fixed":[\#(puts(0..<15).joined(separator: ","))]}}"#,
            validation("Too many items requested for the BatchWriteItem call"), .api("BatchWriteItem")),
        ErrorText(
            "BatchGetItem",
            #"{"RequestItems":{"plain":{"Keys":[{"pk":{"S":"a"}}],"ProjectionExpression":"a"},"fixed":{"Keys":[{"pk":{"S":"a"}}],"AttributesToGet":["a"]}}}"#,
            validation(
                "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
            ), .thread("ExtendDB/extenddb/pull/178")),
        ErrorText(
            "BatchGetItem",
            ##"{"RequestItems":{"plain":{"Keys":[{"pk":{"S":"a"}}],"ExpressionAttributeNames":{"#a":"a"}},"fixed":{"Keys":[{"pk":{"S":"a"}}],"AttributesToGet":["a"]}}}"##,
            validation("ExpressionAttributeNames can only be specified when using expressions"),
            .thread("ExtendDB/extenddb/pull/178")),
        ErrorText(
            "BatchGetItem", #"{"RequestItems":{"plain":{"Keys":[{"x":{"S":"a"}}]}}}"#, mismatch,
            .thread("aws/aws-sdk-php/issues/330")),
        ErrorText(
            "BatchGetItem", #"{"RequestItems":{"none":{"Keys":[{"pk":{"S":"a"}}]}}}"#,
            "ResourceNotFoundException: Requested resource not found", .api("BatchGetItem")),
    ]

    private static func transaction(_ parts: String...) -> String {
        #"{"TransactItems":[\#(parts.joined(separator: ","))]}"#
    }
    private static func part(_ kind: String, _ rest: String, table: String = "plain") -> String {
        #"{"\#(kind)":{"TableName":"\#(table)",\#(rest)}}"#
    }
    private static let twice = validation("Transaction request cannot include multiple operations on one item")
    private static let keyA = #""Key":{"pk":{"S":"a"}}"#
    private static let exists = #","ConditionExpression":"attribute_exists(pk)""#
    private static let emptyKeys = Evidence.thread("nubo-db/dynoxide/pull/102")

    static let transactions: [ErrorText] = [
        ErrorText(
            "TransactWriteItems",
            transaction(part("ConditionCheck", keyA + exists), part("Put", #""Item":{"pk":{"S":"a"}}"#)), twice,
            .thread("Simi24/dynantic/issues/15")),
        ErrorText(
            "TransactWriteItems",
            transaction(part("Delete", keyA), part("Update", #"\#(keyA),"UpdateExpression":"REMOVE x""#)), twice,
            .thread("aws/aws-sdk-go/issues/3792")),
        ErrorText(
            "TransactGetItems", transaction(part("Get", keyA), part("Get", keyA)), twice, .api("TransactGetItems")),
        ErrorText(
            "TransactWriteItems",
            #"{"TransactItems":[{"Delete":{"TableName":"plain",\#(keyA)},"Put":{"TableName":"plain","Item":{"pk":{"S":"b"}}}}]}"#,
            validation("TransactItems can only contain one of Check, Put, Update or Delete"), .api("TransactWriteItem")),
        ErrorText(
            "TransactWriteItems", #"{"TransactItems":[]}"#,
            constraint("'[]'", "transactItems", "Member must have length greater than or equal to 1"),
            .api("TransactWriteItems")),
        ErrorText(
            "TransactGetItems", #"{"TransactItems":[]}"#,
            constraint("'[]'", "transactItems", "Member must have length greater than or equal to 1"),
            .api("TransactGetItems")),
        ErrorText(
            "TransactWriteItems", transaction(part("ConditionCheck", keyA)),
            constraint("null", "transactItems.1.member.conditionCheck.conditionExpression", "Member must not be null"),
            .api("ConditionCheck")),
        ErrorText(
            "TransactWriteItems", transaction(part("Put", #""Item":{"pk":{"S":""}}"#)), emptyKey,
            .thread("nubo-db/dynoxide/pull/99")),
        ErrorText("TransactWriteItems", transaction(part("Delete", #""Key":{"pk":{"S":""}}"#)), emptyKey, emptyKeys),
        ErrorText(
            "TransactWriteItems", transaction(part("ConditionCheck", #""Key":{"pk":{"S":""}}"# + exists)), emptyKey,
            emptyKeys),
        ErrorText(
            "TransactWriteItems",
            transaction(part("Put", #""Item":{"pk":{"S":"a"},"sk":{"N":"1"},"b":{"B":""}}"#, table: "table")),
            validation(
                "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty binary value. IndexName: keys, IndexKey: b"
            ), .thread("nubo-db/dynoxide/pull/104")),
        ErrorText(
            "TransactGetItems", transaction(part("Get", #""Key":{"pk":{"S":""}}"#)), cancelled("ValidationError"),
            emptyKeys),
        ErrorText(
            "TransactGetItems", transaction(part("Get", #""Key":{"x":{"S":"a"}}"#)), cancelled("ValidationError"),
            emptyKeys),
        ErrorText(
            "TransactWriteItems", transaction(part("Put", #""Item":{"pk":{"N":"1"}}"#), part("Delete", keyA)),
            cancelled("ValidationError, None"), .thread("nubo-db/dynoxide/pull/99")),
        ErrorText(
            "TransactWriteItems", transaction(part("Put", #""Item":{"pk":{"S":"b"}}"#), part("Delete", keyA + exists)),
            cancelled("None, ConditionalCheckFailed"), .thread("sensedeep/dynamodb-onetable/issues/275")),
        ErrorText(
            "TransactWriteItems", transaction(part("Delete", keyA, table: "none")),
            "ResourceNotFoundException: Requested resource not found", .api("TransactWriteItems")),
    ]

    private static func statement(_ text: String, _ rest: String = "") -> String {
        #"{"Statement":"\#(text)"\#(rest.isEmpty ? "" : "," + rest)}"#
    }
    private static func malformed(_ detail: String) -> String {
        validation("Statement wasn't well formed, can't be processed: \(detail)")
    }

    static let statements: [ErrorText] = [
        ErrorText(
            "ExecuteStatement", statement("UPDATE Payment-dev SET active=1 WHERE subscriptionId=1"),
            malformed("Expected data manipulation"), .thread("awsdocs/aws-sdk-for-javascript-v3/issues/98")),
        ErrorText(
            "ExecuteStatement", statement("INSERT INTO urls (key, clicks) VALUES (1, 2)"),
            malformed("Unexpected keyword"),
            .thread("passren/PyDynamoDB/issues/26")),
        ErrorText(
            "ExecuteStatement", statement(""),
            constraint("''", "statement", "Member must have length greater than or equal to 1"),
            .api("ExecuteStatement")),
        ErrorText(
            "ExecuteStatement", statement("SELECT * FROM plain WHERE pk='a'", #""Limit":0"#),
            constraint("'0'", "limit", "Member must have value greater than or equal to 1"), .api("ExecuteStatement")),
        ErrorText(
            "ExecuteStatement", statement("UPDATE plain SET v = 1 WHERE v = 2"),
            validation("Where clause does not contain a mandatory equality on all key attributes"),
            .guide("ql-reference.update")),
        ErrorText(
            "ExecuteStatement", statement("UPDATE plain SET pk = 'b' WHERE pk = 'a'"),
            parameters("Cannot update attribute pk. This attribute is part of the key"), .guide("ql-reference.update")),
        ErrorText(
            "ExecuteStatement", statement("INSERT INTO plain VALUE {'n':1}"),
            parameters("Missing the key pk in the item"),
            .guide("ql-reference.insert")),
        ErrorText(
            "ExecuteStatement", statement("INSERT INTO table VALUE {'pk':'a','sk':1}"),
            "DuplicateItemException: Duplicate primary key exists in table", .guide("ql-reference.insert")),
        ErrorText(
            "ExecuteStatement", statement("SELECT * FROM table WHERE n = 1 ORDER BY sk"),
            validation(
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."),
            .guide("ql-reference.select")),
        ErrorText(
            "ExecuteStatement", statement("SELECT * FROM plain WHERE pk = ?"),
            validation("Number of parameters in request and statement don't match."), .guide("ql-reference.statements")),
        ErrorText(
            "ExecuteStatement", statement("SELECT * FROM none"),
            "ResourceNotFoundException: Requested resource not found",
            .api("ExecuteStatement")),
        ErrorText(
            "BatchExecuteStatement",
            #"{"Statements":[{"Statement":"SELECT * FROM plain WHERE pk='a'"},{"Statement":"DELETE FROM plain WHERE pk='a'"}]}"#,
            validation(
                "The entire batch must consist of either read statements or write statements, you cannot mix both in one batch."
            ),
            .api("BatchExecuteStatement")),
        ErrorText(
            "ExecuteTransaction",
            #"{"TransactStatements":[{"Statement":"SELECT * FROM plain WHERE pk='a'"},{"Statement":"DELETE FROM plain WHERE pk='a'"}]}"#,
            validation(
                "The entire transaction must consist of either read statements or write statements, you cannot mix both in one transaction."
            ), .api("ExecuteTransaction")),
        ErrorText(
            "ExecuteTransaction",
            #"{"TransactStatements":[{"Statement":"DELETE FROM plain WHERE pk='a'"},{"Statement":"UPDATE plain SET v=1 WHERE pk='a'"}]}"#,
            twice, .guide("ql-reference.multiplestatements.transactions")),
    ]
}
