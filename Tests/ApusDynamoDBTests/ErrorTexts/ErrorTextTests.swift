import ApusBase
import ApusService
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// Errors as AWS words them, operation by operation. Of each case it is said from where it is known; what has no source for its
/// words stands in the README of the target.
@Suite struct ErrorTextTests {
    private let bench = DynamoDBBench()

    /// The tables that the cases are about:
    ///
    ///     table   pk: S, sk: N; l of the local index `local`; g of `global` and of `keys`, whose sort key is b: B
    ///     text    pk: S, sk: S
    ///     plain   pk: S; items expire at `ttl`
    ///     fixed   pk: S, provisioned, with a stream
    init() throws {
        try self.bench.create(
            sort: "N",
            more: #"""
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
                  {"AttributeName":"l","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"},
                  {"AttributeName":"b","AttributeType":"B"}],
                "LocalSecondaryIndexes":[{"IndexName":"local","Projection":{"ProjectionType":"KEYS_ONLY"},
                  "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}]}],
                "GlobalSecondaryIndexes":[
                  {"IndexName":"keys","Projection":{"ProjectionType":"KEYS_ONLY"},
                   "KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"}]},
                  {"IndexName":"global","Projection":{"ProjectionType":"ALL"},
                   "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}]
                """#)
        try self.bench.create("text", sort: "S")
        try self.bench.create("plain")
        _ = try self.bench.run(
            UpdateTimeToLive.self,
            #"{"TableName":"plain","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#)
        _ = try self.bench.run(
            CreateTable.self,
            #"""
            {"TableName":"fixed","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},
             "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
             "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}
            """#)
        try self.bench.put(
            #"{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"5"},"s":{"S":"x"},"ss":{"SS":["x"]},"m":{"M":{}},"l":{"S":"l"}}"#
        )
    }

    private func check(_ text: ErrorText) {
        let found = self.bench.refusal(text.operation, text.input)
        #expect(found == text.answer)
    }

    @Test(arguments: ErrorText.keys) func `keys that do not fit`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.values) func `values that are none`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.requests) func `parameters that do not go together`(text: ErrorText) {
        self.check(text)
    }

    @Test(arguments: ErrorText.expressions) func `expressions`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.updates) func `updates`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.queries) func `queries and scans`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.batches) func `batches`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.transactions) func `transactions`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.newTables) func `tables that cannot be made`(text: ErrorText) {
        self.check(text)
    }

    @Test(arguments: ErrorText.tables) func `changes of tables`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.encryption) func `encryption of tables`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.globalTables) func `global tables`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.replicas) func `changes of replicas`(text: ErrorText) throws {
        let workers = [WorkerRun(ReplicaFiller(), host: self.bench.bench.host)]
        _ = try self.bench.run(
            UpdateTable.self, #"{"TableName":"plain","ReplicaUpdates":[{"Create":{"RegionName":"eu-west-2"}}]}"#)
        self.check(text)
        #expect(workers.allSatisfy { $0.failures == 0 })
    }

    @Test(arguments: ErrorText.statements) func `statements`(text: ErrorText) { self.check(text) }

    @Test(arguments: ErrorText.streams) func `streams and backups`(text: ErrorText) { self.check(text) }

    /// AWS looks at the form of a request, at its values and expressions, and only then whether there is such a table.
    @Test(arguments: [
        ("GetItem", #""Key":{"pk":{"S":"a"}},"ProjectionExpression":"a,a""#),
        ("PutItem", #""Item":{"pk":{"S":"a"}},"Expected":{"a":{"ComparisonOperator":"EQ"}}"#),
        ("PutItem", #""Item":{"pk":{"S":"a"}},"ConditionExpression":"status = pk""#),
        ("UpdateItem", #""Key":{"pk":{"S":"a"}},"UpdateExpression":"SET #a = pk""#),
        ("Scan", #""FilterExpression":"a =""#),
        ("Scan", #""Limit":0"#),
    ])
    func `what is wrong in itself is told before a table that is missing`(operation: String, rest: String) {
        let missing = self.bench.refusal(operation, #"{"TableName":"none",\#(rest)}"#)
        #expect(missing?.hasPrefix("ValidationException: ") == true)
    }

    @Test func `a transaction's reasons are told part by part`() throws {
        let parts = [
            #"{"Put":{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"S":"1"}}}}"#,
            #"{"Delete":{"TableName":"table","Key":{"pk":{"S":"a"}}}}"#,
            #"{"Put":{"TableName":"table","Item":{"pk":{"S":"b"},"sk":{"N":"1"},"g":{"N":"1"}}}}"#,
            #"{"Update":{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"SET n = s + n"}}"#,
        ]
        let input = #"{"TransactItems":[\#(parts.joined(separator: ","))]}"#
        do {
            _ = try self.bench.run(TransactWriteItems.self, input)
            Issue.record("The transaction was not cancelled.")
        } catch let error as ServiceError {
            let reasons = error.apiError?.fields.first { $0.name == "CancellationReasons" }?.value.arrayValue ?? []
            #expect(
                reasons.map { $0["Message"]?.stringValue } == [
                    "One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S",
                    "The provided key element does not match the schema",
                    "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: global",
                    "An operand in the update expression has an incorrect data type",
                ])
        }
    }
}
