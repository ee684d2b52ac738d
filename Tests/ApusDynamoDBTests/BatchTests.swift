import ApusBase
import ApusService
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

@Suite struct BatchTests {
    private let bench = DynamoDBBench()

    private static func puts(_ names: [String]) -> String {
        names.map { #"{"PutRequest":{"Item":{"pk":{"S":"\#($0)"}}}}"# }.joined(separator: ",")
    }

    @Test func `a batch writes and a batch reads`() throws {
        try self.bench.create()
        try self.bench.create("other")
        try self.bench.put(#"{"pk":{"S":"old"}}"#)
        let output = try self.bench.run(
            BatchWriteItem.self,
            #"""
            {"RequestItems":{"table":[\#(Self.puts(["a", "b"])),{"DeleteRequest":{"Key":{"pk":{"S":"old"}}}}],
              "other":[\#(Self.puts(["c"]))]},"ReturnConsumedCapacity":"TOTAL"}
            """#)
        #expect(output.unprocessedItems == [:])
        #expect(output.consumedCapacity?.map(\.capacityUnits) == [1, 3])
        let read = try self.bench.run(
            BatchGetItem.self,
            #"""
            {"RequestItems":{"table":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"old"}},{"pk":{"S":"b"}}]},
              "other":{"Keys":[{"pk":{"S":"c"}}],"ConsistentRead":true}},"ReturnConsumedCapacity":"TOTAL"}
            """#)
        #expect(read.responses?["table"]?.map(\.item.json) == [#"{"pk":{"S":"a"}}"#, #"{"pk":{"S":"b"}}"#])
        #expect(read.responses?["other"]?.count == 1)
        #expect(read.unprocessedKeys == [:])
        #expect(read.consumedCapacity?.map(\.capacityUnits) == [1, 1.5])
    }

    @Test func `a batch writes all or nothing`() throws {
        try self.bench.create()
        let request = #"{"RequestItems":{"table":[\#(Self.puts(["a"])),{"PutRequest":{"Item":{"x":{"S":"b"}}}}]}}"#
        #expect(
            self.bench.refusal(BatchWriteItem.self, request)
                == "ValidationException: The provided key element does not match the schema")
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) == nil)
    }

    @Test func `duplicates and too many are refused`() throws {
        try self.bench.create()
        try self.bench.create("other")
        #expect(
            self.bench.refusal(BatchWriteItem.self, #"{"RequestItems":{"table":[\#(Self.puts(["a", "a"]))]}}"#)
                == "ValidationException: Provided list of item keys contains duplicates")
        #expect(
            self.bench.refusal(
                BatchGetItem.self, #"{"RequestItems":{"table":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"a"}}]}}}"#)
                == "ValidationException: Provided list of item keys contains duplicates")
        let many = (0..<15).map { "k\($0)" }
        #expect(
            self.bench.refusal(
                BatchWriteItem.self,
                #"{"RequestItems":{"table":[\#(Self.puts(many))],"other":[\#(Self.puts(many))]}}"#)
                == "ValidationException: Too many items requested for the BatchWriteItem call")
        #expect(
            self.bench.refusal(BatchWriteItem.self, #"{"RequestItems":{"table":[{}]}}"#)
                == "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        )
    }

    @Test func `what is too much for one answer is left unprocessed`() throws {
        try self.bench.create()
        let text = String(repeating: "x", count: 399_000)
        for number in 0..<50 { try self.bench.put(#"{"pk":{"S":"k\#(number)"},"v":{"S":"\#(text)"}}"#) }
        let keys = (0..<50).map { #"{"pk":{"S":"k\#($0)"}}"# }.joined(separator: ",")
        let output = try self.bench.run(BatchGetItem.self, #"{"RequestItems":{"table":{"Keys":[\#(keys)]}}}"#)
        let answered = output.responses?["table"]?.count ?? 0
        #expect(answered == 16 << 20 / 399_000)
        #expect(output.unprocessedKeys?["table"]?.keys.count == 50 - answered)
    }
}
