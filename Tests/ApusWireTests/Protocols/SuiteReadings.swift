import ApusBase

/// The cases whose request says something else than the parameters that the client was given; by file and id. What a server
/// reads is then this, and nothing else. Every case is tried; none is excepted.
enum SuiteReadings {
    /// The client makes the token, which the parameters lack; the suites have this one for all.
    private static let token: JSONValue = ["token": "00000000-0000-4000-8000-000000000000"]
    /// An empty map in headers or in a form is not sent, and neither is an empty list in a query string: the member is absent.
    private static let foo: JSONValue = ["foo": "Foo"]
    /// A structure that is the whole body, and is absent, is sent as `{}`.
    private static let emptyPayload: JSONValue = [:]

    static let input: [String: JSONValue] = [
        "query/QueryProtocolIdempotencyTokenAutoFill": Self.token,
        "rest-json/RestJsonQueryIdempotencyTokenAutoFill": Self.token,
        "rest-xml/QueryIdempotencyTokenAutoFill": Self.token,
        "query/QueryEmptyQueryMaps": [:],
        "rest-json/RestJsonHttpPrefixHeadersAreNotPresent": Self.foo,
        "rest-xml/HttpPrefixHeadersAreNotPresent": Self.foo,
        "rest-json/RestJsonOmitsEmptyListQueryValues": [:],
        "rest-json/RestJsonHttpWithEmptyStructurePayload": ["payloadConfig": Self.emptyPayload],
        "rest-json/RestJsonHttpWithHeadersButNoPayload": ["payloadConfig": Self.emptyPayload, "testId": "t-12345"],
    ]
}
