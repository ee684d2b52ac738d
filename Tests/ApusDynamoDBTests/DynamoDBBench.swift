import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// A server with tables, and short names for what tests do with them. Inputs are JSON, as clients send them.
struct DynamoDBBench {
    let bench: TestBench
    let authorizer: RecordingAuthorizer

    init(
        seed: UInt64 = 1, storage: MemoryStorage = MemoryStorage(),
        clock: ManualClock = ManualClock(Timestamp(milliseconds: 1_767_225_600_000)), allowances: Allowances? = nil,
        scaling: any CapacityScaling = NoScaling()
    ) {
        let authorizer = RecordingAuthorizer()
        self.authorizer = authorizer
        self.bench = TestBench(seed: seed, storage: storage, clock: clock, allowances: allowances) {
            $0.authorizer = authorizer
            $0.scaling = scaling
        }
    }

    /// Decodes, validates and runs, as the pipeline does.
    func run<Op: Operation>(
        _ operation: Op.Type, _ json: String, as principal: Principal? = nil, in region: String = TestBench.region
    ) throws -> Op.Output where Op.Input: Shape {
        let model = DynamoDBAPI.model
        let input: Op.Input
        do throws(WireError) {
            input = try model.decode(Op.Input.self, from: .json(Array(json.utf8)))
        } catch {
            throw ServiceError.api(model.apiError(for: error))
        }
        return try self.bench.run(operation, input, as: principal, region: region)
    }

    /// The answer as JSON text.
    func answer<Op: Operation>(_ operation: Op.Type, _ json: String) throws -> String
    where Op.Input: Shape, Op.Output: Shape {
        let output = try self.run(operation, json)
        var writer = JSONShapeWriter()
        output.encode(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// A table with the hash key `pk` and, with `sort`, the sort key `sk`, both strings.
    func create(_ name: String = "table", sort: String? = nil, more: String = "") throws {
        let sortDefinition = sort.map { #",{"AttributeName":"sk","AttributeType":"\#($0)"}"# } ?? ""
        let sortKey = sort == nil ? "" : #",{"AttributeName":"sk","KeyType":"RANGE"}"#
        let definitions =
            more.contains(#""AttributeDefinitions""#)
            ? "" : #""AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}\#(sortDefinition)],"#
        _ = try self.run(
            CreateTable.self,
            """
            {"TableName":"\(name)","BillingMode":"PAY_PER_REQUEST",\(definitions)
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}\(sortKey)]\(more.isEmpty ? "" : "," + more)}
            """)
    }

    func put(_ item: String, into table: String = "table") throws {
        _ = try self.run(PutItem.self, #"{"TableName":"\#(table)","Item":\#(item)}"#)
    }

    /// The item as JSON text; nil where there is none.
    func get(_ key: String, from table: String = "table") throws -> String? {
        try self.run(GetItem.self, #"{"TableName":"\#(table)","Key":\#(key)}"#).item?.item.json
    }

    /// The message of the error that `json` is refused with, behind its code.
    func refusal<Op: Operation>(_ operation: Op.Type, _ json: String, in region: String = TestBench.region) -> String?
    where Op.Input: Shape {
        do {
            _ = try self.run(operation, json, in: region)
            return nil
        } catch let error as ServiceError {
            return error.apiError.map { "\($0.code): \($0.message)" }
        } catch {
            return nil
        }
    }
}
