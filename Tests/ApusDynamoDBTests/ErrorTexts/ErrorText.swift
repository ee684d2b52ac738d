import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// A request as it is on the wire that AWS refuses, and what it says.
struct ErrorText: Sendable, CustomTestStringConvertible {
    /// From where it is known.
    enum Evidence: Sendable {
        /// The words stand there: in AWS's documentation, or in somebody's report of an answer of AWS.
        case words(String)
        /// AWS's documentation has the rule there; nobody was found to quote the words.
        case rule(String)
    }

    let operation: String
    let input: String
    /// The code, and the message behind it.
    let answer: String
    let evidence: Evidence

    init(_ operation: String, _ input: String, _ answer: String, _ evidence: Evidence) {
        self.operation = operation
        self.input = input
        self.answer = answer
        self.evidence = evidence
    }

    var testDescription: String { "\(self.operation) \(self.input.prefix(120))" }

    // MARK: What many answers begin with

    static func validation(_ message: String) -> String { "ValidationException: " + message }

    /// One or more parameter values were invalid.
    static func parameters(_ message: String) -> String {
        "ValidationException: One or more parameter values were invalid: " + message
    }

    /// A constraint of the API's model.
    static func constraint(_ value: String, _ path: String, _ sentence: String) -> String {
        "ValidationException: 1 validation error detected: Value \(value) at '\(path)' failed to satisfy constraint: \(sentence)"
    }

    static func cancelled(_ reasons: String) -> String {
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [\(reasons)]"
    }
}

extension ErrorText.Evidence {
    /// An operation's page in the API reference.
    static func api(_ operation: String) -> ErrorText.Evidence {
        .rule("https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_\(operation).html")
    }

    /// A page of the developer guide.
    static func guide(_ page: String) -> ErrorText.Evidence {
        .rule("https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/\(page).html")
    }

    /// A thread on GitHub that quotes what AWS answered.
    static func thread(_ name: String) -> ErrorText.Evidence { .words("https://github.com/\(name)") }

    /// A finding of ack-api-quirks, which has tried on AWS what the controllers for Kubernetes do; of October 2026.
    static func finding(_ number: Int) -> ErrorText.Evidence { .words("ack-api-quirks, dynamodb, DDB-TABLE-\(number)") }

    /// The reasons of TransactionCanceledException, with their words, as the API reference lists them.
    static let reasons = ErrorText.Evidence.words(
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html")
}

extension DynamoDBBench {
    /// Runs a procedure, as `run` does operations.
    func perform<Op: Procedure>(_ procedure: Op, _ json: String) throws -> Op.Output where Op.Input: Shape {
        let model = DynamoDBAPI.model
        let input: Op.Input
        do throws(WireError) {
            input = try model.decode(Op.Input.self, from: .json(Array(json.utf8)))
        } catch {
            throw ServiceError.api(model.apiError(for: error))
        }
        let answer = ApusTestSupport.Answer<Result<Op.Output, ServiceError>>()
        let session = Session(host: self.bench.host, context: self.bench.context())
        self.bench.driver.spawn {
            do throws(ServiceError) {
                answer.set(.success(try await procedure.perform(input, in: session)))
            } catch {
                answer.set(.failure(error))
            }
        }
        self.bench.driver.settle()
        return try answer.taken().get()
    }

    /// What the operation of this name refuses `json` with; nil where it does not.
    func refusal(_ operation: String, _ json: String) -> String? {
        switch operation {
        case "GetItem": return self.refusal(GetItem.self, json)
        case "PutItem": return self.refusal(PutItem.self, json)
        case "UpdateItem": return self.refusal(UpdateItem.self, json)
        case "DeleteItem": return self.refusal(DeleteItem.self, json)
        case "Query": return self.refusal(Query.self, json)
        case "Scan": return self.refusal(Scan.self, json)
        case "BatchGetItem": return self.refusal(BatchGetItem.self, json)
        case "BatchWriteItem": return self.refusal(BatchWriteItem.self, json)
        case "TransactGetItems": return self.refusal(TransactGetItems.self, json)
        case "TransactWriteItems": return self.refusal(TransactWriteItems.self, json)
        case "CreateTable": return self.refusal(CreateTable.self, json)
        case "UpdateTable": return self.refusal(UpdateTable.self, json)
        case "DeleteTable": return self.refusal(DeleteTable.self, json)
        case "UpdateTimeToLive": return self.refusal(UpdateTimeToLive.self, json)
        case "TagResource": return self.refusal(TagResource.self, json)
        case "CreateGlobalTable": return self.refusal(CreateGlobalTable.self, json)
        case "DescribeGlobalTable": return self.refusal(DescribeGlobalTable.self, json)
        case "DescribeTableReplicaAutoScaling": return self.refusal(DescribeTableReplicaAutoScaling.self, json)
        case "ListGlobalTables": return self.refusal(ListGlobalTables.self, json)
        case "UpdateGlobalTableSettings": return self.refusal(UpdateGlobalTableSettings.self, json)
        case "UpdateTableReplicaAutoScaling": return self.refusal(UpdateTableReplicaAutoScaling.self, json)
        case "CreateBackup": return self.refusal(CreateBackup.self, json)
        case "DescribeContinuousBackups": return self.refusal(DescribeContinuousBackups.self, json)
        case "UpdateContinuousBackups": return self.refusal(UpdateContinuousBackups.self, json)
        case "DescribeStream": return self.refusal(DescribeStream.self, json)
        case "GetShardIterator": return self.refusal(GetShardIterator.self, json)
        case "ExecuteStatement": return self.refusal(ExecuteStatement(), json)
        case "BatchExecuteStatement": return self.refusal(BatchExecuteStatement(), json)
        case "ExecuteTransaction": return self.refusal(ExecuteTransaction(), json)
        default: return "no operation of this name is tried here"
        }
    }

    private func refusal<Op: Procedure>(_ procedure: Op, _ json: String) -> String? where Op.Input: Shape {
        do {
            _ = try self.perform(procedure, json)
            return nil
        } catch {
            return (error as? ServiceError)?.apiError.map { "\($0.code): \($0.message)" }
        }
    }
}
