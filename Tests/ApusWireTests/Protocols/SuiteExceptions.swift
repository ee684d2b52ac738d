/// The cases in which a server cannot do what the case says, each with the reason; by file and id. A case that is listed
/// and passes fails the test, as does one that is not there.
enum SuiteExceptions {
    private static let compressed = "the case has no body: the client compresses it, and what it sends is not given"
    private static let token = "the client makes the token, and the parameters lack it"
    private static let emptyMap = "an empty map is not sent, so it cannot be told from none"
    private static let offset = "clients must read offsets; we write Z"
    private static let nothingWritten = "clients take an empty body, too: we write none where no member is in it"

    private static let absent = "clients must pass over what the model lacks; we write nothing of the kind"

    /// What a client sends.
    static let input: [String: String] = [
        "json/SDKAppliedContentEncoding_awsJson1_1": Self.compressed,
        "json/SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1": Self.compressed,
        "json_1_0/SDKAppliedContentEncoding_awsJson1_0": Self.compressed,
        "json_1_0/SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0": Self.compressed,
        "query/SDKAppliedContentEncoding_awsQuery": Self.compressed,
        "query/SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery": Self.compressed,
        "query/QueryProtocolIdempotencyTokenAutoFill": Self.token,
        "query/QueryEmptyQueryMaps": Self.emptyMap,
        "rest-json/SDKAppliedContentEncoding_restJson1": Self.compressed,
        "rest-json/SDKAppendedGzipAfterProvidedEncoding_restJson1": Self.compressed,
        "rest-json/RestJsonQueryIdempotencyTokenAutoFill": Self.token,
        "rest-json/RestJsonHostWithPath": "the path has a part of the endpoint, which no server of AWS has",
        "rest-json/RestJsonHttpPrefixHeadersAreNotPresent": Self.emptyMap,
        "rest-json/RestJsonOmitsEmptyListQueryValues": "empty lists are not sent",
        "rest-json/RestJsonHttpWithEmptyStructurePayload": "a payload that is absent is sent as {}",
        "rest-json/RestJsonHttpWithHeadersButNoPayload": "a payload that is absent is sent as {}",
        "rest-xml/SDKAppliedContentEncoding_restXml": Self.compressed,
        "rest-xml/SDKAppendedGzipAfterProvidedEncoding_restXml": Self.compressed,
        "rest-xml/QueryIdempotencyTokenAutoFill": Self.token,
        "rest-xml/HttpPrefixHeadersAreNotPresent": Self.emptyMap,
    ]

    /// What a client understands.
    static let output: [String: String] = [
        "json/handles_unexpected_json_output": Self.absent,
        "json_1_0/AwsJson10HandlesUnexpectedJsonOutput": Self.absent,
        "json/AwsJson11DateTimeWithNegativeOffset": Self.offset,
        "json/AwsJson11DateTimeWithPositiveOffset": Self.offset,
        "json/AwsJson11DeserializeIgnoreType": "unions have no __type",
        "json_1_0/AwsJson10DeserializeIgnoreType": "unions have no __type",
        "query/AwsQueryDateTimeWithNegativeOffset": Self.offset,
        "query/AwsQueryDateTimeWithPositiveOffset": Self.offset,
        "rest-json/RestJsonDateTimeWithNegativeOffset": Self.offset,
        "rest-json/RestJsonDateTimeWithPositiveOffset": Self.offset,
        "rest-json/RestJsonDeserializeIgnoreType": "unions have no __type",
        "rest-json/RestJsonEmptyInputAndEmptyOutput": Self.nothingWritten,
        "rest-json/RestJsonGreetingWithErrors": Self.nothingWritten,
        "rest-json/RestJsonHttpResponseCode": Self.nothingWritten,
        "rest-json/RestJsonNoInputAndOutputWithJson": Self.nothingWritten,
        "rest-xml/RestXmlDateTimeWithNegativeOffset": Self.offset,
        "rest-xml/RestXmlDateTimeWithPositiveOffset": Self.offset,
    ]
}
