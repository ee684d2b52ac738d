/// Conditions, filters, projections and updates.
extension ErrorText {
    private static let operators = Evidence.guide("Expressions.OperatorsAndFunctions")
    private static let names = Evidence.guide("Expressions.ExpressionAttributeNames")
    private static let limits = Evidence.guide("Constraints")
    private static let mergePaths = "must remove or rewrite one of these paths"

    /// A put with a condition.
    private static func put(_ condition: String, _ rest: String = "") -> String {
        #"{"TableName":"plain","Item":{"pk":{"S":"a"}},"ConditionExpression":"\#(condition)"\#(rest.isEmpty ? "" : "," + rest)}"#
    }

    private static func condition(_ text: String) -> String { validation("Invalid ConditionExpression: \(text)") }
    private static func filter(_ text: String) -> String { validation("Invalid FilterExpression: \(text)") }
    private static let v = #""ExpressionAttributeValues":{":v":{"N":"5"},":w":{"S":"s"}}"#
    private static let one = #""ExpressionAttributeValues":{":v":{"N":"5"}}"#
    private static let yes = #""ExpressionAttributeValues":{":v":{"BOOL":true}}"#

    private static func wrongType(_ name: String, _ type: String) -> String {
        "Incorrect operand type for operator or function; operator or function: \(name), operand type: \(type)"
    }

    static let expressions: [ErrorText] = [
        ErrorText(
            "Scan", ##"{"TableName":"plain","FilterExpression":"#articleId attribute_not_exists :ckpst"}"##,
            filter(##"Syntax error; token: "attribute_not_exists", near: "#articleId attribute_not_exists :ckpst""##),
            .thread("kritish-dhaubanjar/dynamodb-dashboard/issues/735")),
        ErrorText(
            "Query", #"{"TableName":"plain","KeyConditionExpression":"contains()"}"#,
            validation(#"Invalid KeyConditionExpression: Syntax error; token: ")", near: "()""#),
            .thread("ServiceStack/ServiceStack.Aws/issues/5")),
        ErrorText(
            "Scan", #"{"TableName":"plain","FilterExpression":"tenantAgent:abc123-x"}"#,
            filter(#"Syntax error; token: ":abc123", near: "tenantAgent:abc123-""#),
            .thread("researchwiseai/langgraphjs-checkpoint-dynamodb/issues/8")),
        ErrorText("PutItem", put(""), condition("The expression can not be empty;"), .api("PutItem")),
        ErrorText(
            "PutItem", put("((attribute_exists(pk)))"), condition("The expression has redundant parentheses;"),
            operators),
        ErrorText("PutItem", put("f(pk)"), condition("Invalid function name; function: f"), operators),
        ErrorText(
            "PutItem", put("size(pk)"),
            condition("The function is not allowed to be used this way in an expression; function: size"), operators),
        ErrorText(
            "PutItem", put("Percentile = :v", one),
            condition("Attribute name is a reserved keyword; reserved keyword: Percentile"), names),
        ErrorText(
            "PutItem", put("#a = :v", one),
            condition(
                "An expression attribute name used in the document path is not defined; attribute name: #a"), names),
        ErrorText(
            "PutItem", put("a = :x", one),
            condition("An expression attribute value used in expression is not defined; attribute value: :x"),
            .guide("Expressions.ExpressionAttributeValues")),
        ErrorText(
            "PutItem", put("a = :v", ##"\##(one),"ExpressionAttributeNames":{"#b":"b"}"##),
            validation("Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}"),
            .thread("ExtendDB/extenddb/pull/10")),
        ErrorText(
            "PutItem", put("a = :v", v),
            validation("Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"),
            .thread("ExtendDB/extenddb/pull/10")),
        ErrorText(
            "PutItem", put("a = :v", #"\#(one),"ExpressionAttributeNames":{"a":"b"}"#),
            validation(#"ExpressionAttributeNames contains invalid key: Syntax error; key: "a""#), names),
        ErrorText(
            "PutItem", put("a = :v", #""ExpressionAttributeValues":{"v":{"N":"5"}}"#),
            validation(#"ExpressionAttributeValues contains invalid key: Syntax error; key: "v""#),
            .guide("Expressions.ExpressionAttributeValues")),
        ErrorText(
            "PutItem", put("a = :v", #""ExpressionAttributeValues":{}"#),
            validation("ExpressionAttributeValues must not be empty"), .thread("ExtendDB/extenddb/issues/79")),
        ErrorText(
            "PutItem", put("a = :v", #"\#(one),"ExpressionAttributeNames":{}"#),
            validation("ExpressionAttributeNames must not be empty"), .thread("ExtendDB/extenddb/issues/79")),
        ErrorText(
            "PutItem", put("a = :v", #""ExpressionAttributeValues":{":v":{"NS":["1","1"]}}"#),
            validation(
                "ExpressionAttributeValues contains invalid value: Input collection contains duplicates for key :v"),
            .thread("dynamoose/dynamoose/issues/79")),
        ErrorText(
            "PutItem", put("a = a"),
            condition(
                "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]"
            ), operators),
        ErrorText(
            "PutItem", put("attribute_exists(:v)", one),
            condition("Operator or function requires a document path; operator or function: attribute_exists"),
            operators),
        ErrorText(
            "PutItem", put("attribute_exists(a, b)"),
            condition(
                "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"
            ), operators),
        ErrorText("PutItem", put("begins_with(a, :v)", one), condition(wrongType("begins_with", "N")), operators),
        ErrorText("PutItem", put("a < :v", yes), condition(wrongType("<", "BOOL")), operators),
        ErrorText("PutItem", put("attribute_type(a, :v)", one), condition(wrongType("attribute_type", "N")), operators),
        ErrorText(
            "PutItem", put("a BETWEEN :v AND :w", v),
            condition(
                "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {S:s}"
            ), operators),
        ErrorText(
            "PutItem", put("a = :v" + String(repeating: " ", count: 4091), one),
            condition("Expression size has exceeded the maximum allowed size; expression size: 4097"), limits),
        ErrorText(
            "PutItem", put(Array(repeating: "a<b", count: 301).joined(separator: " OR ")),
            condition("The expression contains too many operators; operator count: 301"), limits),
        ErrorText(
            "PutItem", put("a IN (\(Array(repeating: ":v", count: 101).joined(separator: ",")))", one),
            condition("The IN operator is provided with too many operands; number of operands: 101"), limits),
        ErrorText(
            "GetItem", #"{"TableName":"plain","Key":{"pk":{"S":"a"}},"ProjectionExpression":"a.b,a"}"#,
            validation(
                "Invalid ProjectionExpression: Two document paths overlap with each other; \(mergePaths); path one: [a, b], path two: [a]"
            ), .guide("Expressions.ProjectionExpressions")),
        ErrorText(
            "GetItem", #"{"TableName":"plain","Key":{"pk":{"S":"a"}},"ProjectionExpression":"a.b,a[0]"}"#,
            validation(
                "Invalid ProjectionExpression: Two document paths conflict with each other; \(mergePaths); path one: [a, b], path two: [a, [0]]"
            ), .guide("Expressions.ProjectionExpressions")),
    ]

    private static func update(_ text: String, _ rest: String = one) -> String {
        #"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"\#(text)"\#(rest.isEmpty ? "" : "," + rest)}"#
    }
    private static func invalid(_ text: String) -> String { validation("Invalid UpdateExpression: \(text)") }
    private static let updating = Evidence.guide("Expressions.UpdateExpressions")
    private static func value(_ json: String) -> String { #""ExpressionAttributeValues":{":v":\#(json)}"# }
    private static let indexKey = "The update expression attempted to update the secondary index key"

    static let updates: [ErrorText] = [
        ErrorText("UpdateItem", update(""), invalid("The expression can not be empty;"), updating),
        ErrorText(
            "UpdateItem", update("INVALID SYNTAX HERE", ""),
            invalid(#"Syntax error; token: "INVALID", near: "INVALID SYNTAX""#), updating),
        ErrorText(
            "UpdateItem", update("SET a = :v SET b = :v"),
            invalid(#"The "SET" section can only be used once in an update expression;"#), updating),
        ErrorText(
            "UpdateItem", update("SET a = :v REMOVE a"),
            invalid("Two document paths overlap with each other; \(mergePaths); path one: [a], path two: [a]"), updating
        ),
        ErrorText(
            "UpdateItem", update("SET name = :v"),
            invalid("Attribute name is a reserved keyword; reserved keyword: name"),
            .guide("ReservedWords")),
        ErrorText(
            "UpdateItem", update("SET pk = :v"),
            parameters("Cannot update attribute pk. This attribute is part of the key"),
            .thread("ExtendDB/extenddb/pull/8")),
        ErrorText(
            "UpdateItem", update("ADD a :v", value(#"{"L":[]}"#)),
            invalid("Incorrect operand type for operator or function; operator: ADD, operand type: LIST"),
            .thread("baseprime/dynamodb/issues/51")),
        ErrorText(
            "UpdateItem", update("ADD a :v", value(#"{"S":"5"}"#)),
            invalid("Incorrect operand type for operator or function; operator: ADD, operand type: STRING"),
            .thread("dynamoose/dynamoose/issues/388")),
        ErrorText(
            "UpdateItem", update("DELETE a :v"),
            invalid("Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"), updating
        ),
        ErrorText(
            "UpdateItem", update("SET a = list_append(a, :v)", value(#"{"M":{}}"#)),
            invalid(wrongType("list_append", "M")),
            .thread("aws/aws-sdk-js-v3/issues/7171")),
        ErrorText("UpdateItem", update("SET a = n + :v", value(#"{"S":"5"}"#)), invalid(wrongType("+", "S")), updating),
        ErrorText(
            "UpdateItem", update("SET a = if_not_exists(:v, n)"),
            invalid("Operator or function requires a document path; operator or function: if_not_exists"), updating),
        ErrorText(
            "UpdateItem", update("SET s = s + :v"),
            validation("An operand in the update expression has an incorrect data type"), .reasons),
        ErrorText(
            "UpdateItem", update("SET a = zz + :v"),
            validation("The provided expression refers to an attribute that does not exist in the item"), .reasons),
        ErrorText(
            "UpdateItem", update("SET zz.a = :v"),
            validation("The document path provided in the update expression is invalid for update"), .reasons),
        ErrorText(
            "UpdateItem", update("SET a = :v + :v", value(#"{"N":"9e125"}"#)),
            validation("Number overflow. Attempting to store a number with magnitude larger than supported range"),
            .reasons),
        ErrorText("UpdateItem", update("SET g = :v"), validation("\(indexKey) to unsupported type"), .reasons),
        ErrorText(
            "UpdateItem", update("SET l = :v", value(#"{"S":"\#(String(repeating: "x", count: 1025))"}"#)),
            validation("\(indexKey) beyond allowed size limits"), .reasons),
        ErrorText(
            "UpdateItem", update("SET g = :v", value(#"{"S":""}"#)),
            validation(
                "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value."
            ), .thread("ExtendDB/extenddb/pull/275")),
    ]
}
