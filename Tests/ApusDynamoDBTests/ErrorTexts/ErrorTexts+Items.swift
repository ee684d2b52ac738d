/// Keys, values and parameters of operations on one item.
extension ErrorText {
    private static let mismatch = validation("The provided key element does not match the schema")
    private static func empty(_ key: String, _ kind: String = "string") -> String {
        validation(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \(kind) value. Key: \(key)"
        )
    }
    private static func emptyInIndex(_ key: String, _ index: String, _ kind: String = "string") -> String {
        validation(
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty \(kind) value. IndexName: \(index), IndexKey: \(key)"
        )
    }
    private static func x(_ count: Int) -> String { String(repeating: "x", count: count) }

    private static let emptyKeys = Evidence.thread("nubo-db/dynoxide/pull/102")
    private static let longKeys = Evidence.thread("ExtendDB/extenddb/pull/194")

    static let keys: [ErrorText] = [
        ErrorText(
            "GetItem", #"{"TableName":"table","Key":{"pk":{"S":"a"}}}"#, mismatch, .thread("aws/aws-sdk-php/issues/330")
        ),
        ErrorText(
            "GetItem", #"{"TableName":"plain","Key":{"pk":{"S":"a"},"x":{"S":"a"}}}"#, mismatch,
            .thread("aws/aws-sdk-go/issues/4238")),
        ErrorText(
            "DeleteItem", #"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}"#, mismatch, .api("DeleteItem")),
        ErrorText("UpdateItem", #"{"TableName":"plain","Key":{"x":{"S":"a"}}}"#, mismatch, .api("UpdateItem")),
        ErrorText("GetItem", #"{"TableName":"plain","Key":{"pk":{"SS":["a"]}}}"#, mismatch, .api("GetItem")),
        ErrorText("GetItem", #"{"TableName":"plain","Key":{"pk":{"S":""}}}"#, empty("pk"), emptyKeys),
        ErrorText("DeleteItem", #"{"TableName":"text","Key":{"pk":{"S":"a"},"sk":{"S":""}}}"#, empty("sk"), emptyKeys),
        ErrorText("UpdateItem", #"{"TableName":"plain","Key":{"pk":{"S":""}}}"#, empty("pk"), emptyKeys),
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{"pk":{"S":""}}}"#, empty("pk"),
            .thread("architect/dynalite/issues/164")),
        ErrorText(
            "GetItem", #"{"TableName":"plain","Key":{"pk":{"S":"\#(x(2049))"}}}"#,
            parameters("Size of hashkey has exceeded the maximum size limit of2048 bytes"), longKeys),
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{"pk":{"S":"\#(x(2049))"}}}"#,
            parameters("Size of hashkey has exceeded the maximum size limit of2048 bytes"),
            .thread("nextauthjs/next-auth/issues/5827")),
        ErrorText(
            "GetItem", #"{"TableName":"text","Key":{"pk":{"S":"a"},"sk":{"S":"\#(x(1025))"}}}"#,
            parameters("Aggregated size of all range keys has exceeded the size limit of 1024 bytes"), longKeys),
        ErrorText(
            "PutItem", #"{"TableName":"text","Item":{"pk":{"S":"a"},"sk":{"S":"\#(x(1025))"}}}"#,
            parameters("Aggregated size of all range keys has exceeded the size limit of 1024 bytes"),
            .thread("formkiq/formkiq-core/issues/271")),
        ErrorText(
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"a"}}}"#, parameters("Missing the key sk in the item"),
            .words(
                "https://deverrors.com/errors/dynamodb-validationexception-one-or-more-parameter-values-were-invalid")),
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{}}"#, parameters("Missing the key pk in the item"),
            .api("PutItem")),
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{"pk":{"N":"123"}}}"#,
            parameters("Type mismatch for key pk expected: S actual: N"),
            .words("https://www.tecracer.com/blog/2024/09/how-to-accidentally-create-read-only-dynamodb-items.html")),
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{"pk":{"M":{}}}}"#,
            parameters("Type mismatch for key pk expected: S actual: M"),
            .words(
                "https://deverrors.com/errors/dynamodb-validationexception-one-or-more-parameter-values-were-invalid")),
        ErrorText(
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"N":"1"}}}"#,
            parameters("Type mismatch for Index Key g Expected: S Actual: N IndexName: global"),
            .thread("ExtendDB/extenddb/pull/184")),
        ErrorText(
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"g"},"b":{"NULL":true}}}"#,
            parameters("Type mismatch for Index Key b Expected: B Actual: NULL IndexName: keys"),
            .thread("ExtendDB/extenddb/pull/184")),
        ErrorText(
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":""}}}"#,
            emptyInIndex("g", "global"), .thread("architect/dynalite/issues/184")),
        ErrorText(
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"b":{"B":""}}}"#,
            emptyInIndex("b", "keys", "binary"), .thread("ExtendDB/extenddb/pull/201")),
        ErrorText(
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"\#(x(2175))"}}}"#,
            parameters(
                "Size limit exceeded for Index Key g Actual Size: 2175 bytes Max Size: 2048 bytes IndexName: global"),
            .thread("wellcomecollection/platform/issues/2285")),
        ErrorText(
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"l":{"S":"\#(x(1025))"}}}"#,
            parameters(
                "Size limit exceeded for Index Key l Actual Size: 1025 bytes Max Size: 1024 bytes IndexName: local"),
            .thread("architect/dynalite/issues/35")),
    ]

    private static func put(_ value: String) -> String {
        #"{"TableName":"plain","Item":{"pk":{"S":"k"},"v":\#(value)}}"#
    }
    private static let types = Evidence.guide("HowItWorks.NamingRulesDataTypes")
    private static let wireTypes = Evidence.thread("localstack/localstack/issues/9412")

    private static func nested(_ levels: Int) -> String {
        String(repeating: #"{"L":["#, count: levels) + #"{"S":"x"}"# + String(repeating: "]}", count: levels)
    }

    static let values: [ErrorText] = [
        ErrorText(
            "PutItem", put(#"{"N":"NaN"}"#), validation("The parameter cannot be converted to a numeric value: NaN"),
            .thread("jovotech/jovo-framework/issues/197")),
        ErrorText(
            "PutItem", put(#"{"N":" 5"}"#), validation("The parameter cannot be converted to a numeric value:  5"),
            .thread("ExtendDB/extenddb/pull/183")),
        ErrorText(
            "PutItem", put(#"{"N":"."}"#), validation("The parameter cannot be converted to a numeric value: ."),
            .thread("ExtendDB/extenddb/pull/183")),
        ErrorText(
            "PutItem", put(#"{"N":""}"#), validation("The parameter cannot be converted to a numeric value"), types),
        ErrorText(
            "PutItem", put(#"{"N":"1e126"}"#),
            validation("Number overflow. Attempting to store a number with magnitude larger than supported range"),
            .reasons),
        ErrorText(
            "PutItem", put(#"{"N":"1e-131"}"#),
            validation("Number underflow. Attempting to store a number with magnitude smaller than supported range"),
            types),
        ErrorText(
            "PutItem", put(#"{"N":"123456789012345678901234567890123456789"}"#),
            validation("Attempting to store more than 38 significant digits in a Number"), types),
        ErrorText(
            "PutItem", put(#"{"SS":[]}"#), parameters("An string set  may not be empty"),
            .thread("ministackorg/ministack/issues/1038")),
        ErrorText("PutItem", put(#"{"NS":[]}"#), parameters("An number set  may not be empty"), types),
        ErrorText("PutItem", put(#"{"BS":[]}"#), parameters("Binary sets should not be empty"), types),
        ErrorText(
            "PutItem", put(#"{"SS":[""]}"#), parameters("An string set may not have a empty string as a member"), types),
        ErrorText(
            "PutItem", put(#"{"BS":[""]}"#), parameters("Binary sets may not contain null or empty values"), types),
        ErrorText(
            "PutItem", put(#"{"SS":["X","X"]}"#), parameters("Input collection [X, X] contains duplicates."),
            .thread("truora/minidyn/issues/50")),
        ErrorText(
            "PutItem", put(#"{"NS":["1","1.0"]}"#), validation("Input collection contains duplicates"),
            .thread("ExtendDB/extenddb/issues/100")),
        ErrorText(
            "PutItem", put(#"{"NULL":false}"#), parameters("Null attribute value types must have the value of true"),
            .thread("nubo-db/dynoxide/issues/62")),
        ErrorText(
            "PutItem", put("{}"),
            validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
            .thread("aws/aws-sdk-js/issues/43")),
        ErrorText(
            "PutItem", put(#"{"S":"a","N":"1"}"#),
            validation(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
            ),
            .api("AttributeValue")),
        ErrorText(
            "PutItem", put(nested(32)),
            validation(
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
            ),
            .reasons),
        ErrorText(
            "PutItem", put(#"{"S":"\#(x(400 * 1024))"}"#),
            validation("Item size has exceeded the maximum allowed size"),
            .thread("stackshy/cloudemu/pull/556")),
        ErrorText(
            "UpdateItem",
            #"{"TableName":"plain","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":{"S":"\#(x(400 * 1024))"}}}"#,
            validation("Item size to update has exceeded the maximum allowed size"), .reasons),
        ErrorText(
            "PutItem", put(#"{"N":5}"#), "SerializationException: NUMBER_VALUE cannot be converted to String", wireTypes
        ),
        ErrorText(
            "PutItem", put(#"{"S":true}"#), "SerializationException: TRUE_VALUE cannot be converted to String",
            wireTypes),
        ErrorText(
            "PutItem", put(#"{"S":{}}"#), "SerializationException: Start of structure or map found where not expected.",
            .thread("aws-amplify/amplify-js/issues/13265")),
    ]

    static let requests: [ErrorText] = [
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{"pk":{"S":"a"}},"ReturnValues":"ALL_NEW"}"#,
            validation("ReturnValues can only be ALL_OLD or NONE"), .api("PutItem")),
        ErrorText(
            "DeleteItem", #"{"TableName":"plain","Key":{"pk":{"S":"a"}},"ReturnValues":"UPDATED_OLD"}"#,
            validation("ReturnValues can only be ALL_OLD or NONE"), .api("DeleteItem")),
        ErrorText(
            "UpdateItem", #"{"TableName":"plain","Key":{"pk":{"S":"a"}},"ReturnValues":"SOME"}"#,
            constraint(
                "'SOME'", "returnValues",
                "Member must satisfy enum value set: [NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATED_NEW]"),
            .api("UpdateItem")),
        ErrorText(
            "GetItem", #"{"TableName":"plain"}"#, constraint("null", "key", "Member must not be null"), .api("GetItem")),
        ErrorText(
            "GetItem", #"{"TableName":"","Key":{"pk":{"S":"a"}}}"#,
            constraint("''", "tableName", "Member must have length greater than or equal to 1"),
            .api("GetItem")),
        ErrorText(
            "PutItem", #"{"TableName":"non!existent!table","Item":{"pk":{"S":"a"}}}"#,
            constraint(
                "'non!existent!table'", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
            .thread("scylladb/scylladb/pull/12608")),
        ErrorText(
            "GetItem", #"{"TableName":"none","Key":{"pk":{"S":"a"}}}"#,
            "ResourceNotFoundException: Requested resource not found", .thread("ExtendDB/extenddb/pull/8")),
        ErrorText(
            "GetItem", #"{"TableName":"plain","Key":{"pk":{"S":"a"}},"AttributesToGet":[]}"#,
            constraint("'[]'", "attributesToGet", "Member must have length greater than or equal to 1"),
            .thread("scylladb/scylladb/issues/10332")),
        ErrorText(
            "GetItem",
            #"{"TableName":"plain","Key":{"pk":{"S":"a"}},"AttributesToGet":["a"],"ProjectionExpression":"a"}"#,
            validation(
                "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
            ), .thread("ExtendDB/extenddb/pull/178")),
        ErrorText(
            "GetItem", ##"{"TableName":"plain","Key":{"pk":{"S":"a"}},"ExpressionAttributeNames":{"#a":"a"}}"##,
            validation("ExpressionAttributeNames can only be specified when using expressions"),
            .thread("ExtendDB/extenddb/pull/178")),
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{"pk":{"S":"a"}},"ExpressionAttributeValues":{":v":{"N":"1"}}}"#,
            validation(
                "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"),
            .api("PutItem")),
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{"pk":{"S":"a"}},"ConditionalOperator":"OR"}"#,
            validation("ConditionalOperator cannot be used without Filter or Expected"),
            .guide("LegacyConditionalParameters")),
        ErrorText(
            "PutItem", #"{"TableName":"plain","Item":{"pk":{"S":"a"}},"Expected":{"a":{"Exists":true}}}"#,
            parameters("Value must be provided when Exists is true for Attribute: a"), .api("ExpectedAttributeValue")),
        ErrorText(
            "PutItem",
            #"{"TableName":"plain","Item":{"pk":{"S":"a"}},"Expected":{"a":{"Exists":false,"Value":{"S":"v"}}}}"#,
            parameters("Value cannot be used when Exists is false for Attribute: a"), .api("ExpectedAttributeValue")),
        ErrorText(
            "UpdateItem",
            #"{"TableName":"plain","Key":{"pk":{"S":"a"}},"AttributeUpdates":{"pk":{"Action":"PUT","Value":{"S":"b"}}}}"#,
            parameters("Cannot update attribute pk. This attribute is part of the key"),
            .thread("truora/minidyn/issues/76")),
        ErrorText(
            "UpdateItem",
            #"{"TableName":"plain","Key":{"pk":{"S":"a"}},"AttributeUpdates":{"n":{"Action":"ADD","Value":{"S":"b"}}}}"#,
            parameters("ADD action is not supported for the type S"), .api("AttributeValueUpdate")),
        ErrorText(
            "UpdateItem",
            #"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"AttributeUpdates":{"s":{"Action":"ADD","Value":{"N":"1"}}}}"#,
            validation("Type mismatch for attribute to update"), .reasons),
    ]
}
