/// Everything that reads bytes from outside, each under the name that `script/fuzz` and the corpus's folders know it by.
///
/// A target must take any bytes, be deterministic, and leave nothing behind, so that what was found can be found again.
enum FuzzTarget: String, CaseIterable {
    case arn
    case cbor
    case dynamoDBExpression = "dynamodb-expression"
    case dynamoDBItem = "dynamodb-item"
    case eventPattern = "event-pattern"
    case eventStream = "event-stream"
    case form
    case gzip
    case http
    case json
    case logPattern = "log-pattern"
    case partiQL = "partiql"
    case policy
    case regex
    case runtimeHTTP = "runtime-http"
    case shapes
    case sigv4
    case text
    case timestamp
    case toml
    case wildcard
    case xml
    case zip

    /// Gives `bytes` to the parser and checks what must hold of its answer; traps or throws where it does not.
    func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        switch self {
        case .arn: try ARNTarget.check(bytes)
        case .cbor: try CBORTarget.check(bytes)
        case .dynamoDBExpression: try DynamoDBExpressionTarget.check(bytes)
        case .dynamoDBItem: try DynamoDBItemTarget.check(bytes)
        case .eventPattern: try EventPatternTarget.check(bytes)
        case .eventStream: try EventStreamTarget.check(bytes)
        case .form: try FormTarget.check(bytes)
        case .gzip: try GzipTarget.check(bytes)
        case .http: try HTTPTarget.check(bytes)
        case .json: try JSONTarget.check(bytes)
        case .logPattern: try LogPatternTarget.check(bytes)
        case .partiQL: try PartiQLTarget.check(bytes)
        case .policy: try PolicyTarget.check(bytes)
        case .regex: try RegexTarget.check(bytes)
        case .runtimeHTTP: try RuntimeHTTPTarget.check(bytes)
        case .shapes: ShapesTarget.check(bytes)
        case .sigv4: try SigV4Target.check(bytes)
        case .text: try TextTarget.check(bytes)
        case .timestamp: try TimestampTarget.check(bytes)
        case .toml: try TOMLTarget.check(bytes)
        case .wildcard: try WildcardTarget.check(bytes)
        case .xml: try XMLTarget.check(bytes)
        case .zip: try ZipTarget.check(bytes)
        }
    }
}
