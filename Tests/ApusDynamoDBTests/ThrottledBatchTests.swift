import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// What becomes of batches, transactions and statements of which a part is throttled.
@Suite struct ThrottledBatchTests {
    private let bench = DynamoDBBench(allowances: Allowances())
    private static let exceeded = "ProvisionedThroughputExceededException"

    private func create(_ name: String = "table", read: Int, write: Int, index: Int? = nil) throws {
        var more = ""
        var definitions = #"{"AttributeName":"pk","AttributeType":"S"}"#
        if let index {
            definitions += #",{"AttributeName":"g","AttributeType":"S"}"#
            more =
                #","GlobalSecondaryIndexes":[{"IndexName":"index","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":\#(index)}}]"#
        }
        _ = try self.bench.run(
            CreateTable.self,
            #"{"TableName":"\#(name)","AttributeDefinitions":[\#(definitions)],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":\#(read),"WriteCapacityUnits":\#(write)}\#(more)}"#
        )
    }

    private static func puts(_ names: [String], _ more: String = "") -> String {
        names.map { #"{"PutRequest":{"Item":{"pk":{"S":"\#($0)"}\#(more)}}}"# }.joined(separator: ",")
    }

    private func count(_ table: String = "table") throws -> Int {
        try self.bench.bench.transact { (call) throws(ServiceError) in
            let record = try call.get(TableKey(account: TestBench.account, region: TestBench.region, name: table))
            return try call.count(ItemKey.all(table: record?.id ?? 0), limit: 1_000)
        }
    }

    private func reasons(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch {
            let fields = (error as? ServiceError)?.apiError?.fields
            let reasons = fields?.first { $0.name == "CancellationReasons" }?.value.arrayValue ?? []
            return reasons.map { "\($0["Code"]?.stringValue ?? ""): \($0["Message"]?.stringValue ?? "")" }
        }
    }

    @Test func `the throttled part of a batch of writes is unprocessed`() throws {
        try self.create(read: 1, write: 2)
        try self.create("other", read: 1, write: 5)
        let output = try self.bench.run(
            BatchWriteItem.self,
            #"{"RequestItems":{"table":[\#(Self.puts(["a", "b", "c", "d"]))],"other":[\#(Self.puts(["a", "b"]))]},"ReturnConsumedCapacity":"TOTAL"}"#
        )
        #expect(output.unprocessedItems?.keys.sorted() == ["table"])
        #expect(
            output.unprocessedItems?["table"]?.map { $0.putRequest?.item.item.json }
                == [#"{"pk":{"S":"c"}}"#, #"{"pk":{"S":"d"}}"#])
        #expect(output.consumedCapacity?.map(\.capacityUnits) == [2, 2])
        #expect(try self.count() == 2)
        #expect(try self.count("other") == 2)
    }

    @Test func `a batch that is throttled altogether is refused`() throws {
        try self.create(read: 1, write: 1)
        let batch = #"{"RequestItems":{"table":[\#(Self.puts(["a", "b"]))]}}"#
        _ = try self.bench.run(BatchWriteItem.self, batch)
        #expect(
            self.bench.refusal(BatchWriteItem.self, batch)?.hasPrefix("ProvisionedThroughputExceededException: ")
                == true)
        let read = #"{"RequestItems":{"table":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"b"}}],"ConsistentRead":true}}}"#
        let output = try self.bench.run(BatchGetItem.self, read)
        #expect(output.responses?["table"]?.count == 1)
        #expect(output.unprocessedKeys?["table"]?.keys.map(\.item.json) == [#"{"pk":{"S":"b"}}"#])
        #expect(output.unprocessedKeys?["table"]?.consistentRead == true)
        #expect(
            self.bench.refusal(BatchGetItem.self, read)?.hasPrefix("ProvisionedThroughputExceededException: ") == true)
    }

    @Test func `a write of a batch that an index throttles leaves no trace`() throws {
        try self.create(read: 1, write: 10, index: 1)
        let output = try self.bench.run(
            BatchWriteItem.self,
            #"{"RequestItems":{"table":[\#(Self.puts(["a", "b"], #","g":{"S":"1"}"#)),\#(Self.puts(["c"]))]}}"#)
        #expect(
            output.unprocessedItems?["table"]?.map { $0.putRequest?.item.item.json }
                == [#"{"g":{"S":"1"},"pk":{"S":"b"}}"#])
        #expect(try self.count() == 2)
    }

    @Test func `a wrong batch costs nothing`() throws {
        try self.create(read: 1, write: 1)
        let wrong = #"{"RequestItems":{"table":[\#(Self.puts(["a"]))],"unknown":[\#(Self.puts(["a"]))]}}"#
        #expect(self.bench.refusal(BatchWriteItem.self, wrong)?.hasPrefix("ResourceNotFoundException") == true)
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        let read =
            #"{"RequestItems":{"table":{"Keys":[{"pk":{"S":"a"}}]},"unknown":{"Keys":[{"pk":{"S":"a"}}]}}}"#
        for _ in 0..<5 {
            #expect(self.bench.refusal(BatchGetItem.self, read)?.hasPrefix("ResourceNotFoundException") == true)
        }
        #expect(try self.bench.get(#"{"pk":{"S":"a"}}"#) != nil)
    }

    @Test func `a transaction is let in as one request, and cancelled where a table has nothing left`() throws {
        try self.create(read: 1, write: 1)
        try self.create("other", read: 1, write: 100)
        let write =
            #"{"TransactItems":[{"Put":{"TableName":"other","Item":{"pk":{"S":"a"}}}},{"Put":{"TableName":"table","Item":{"pk":{"S":"a"}}}}]}"#
        _ = try self.bench.run(TransactWriteItems.self, write)
        let exceeded =
            "ProvisionedThroughputExceeded: The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
        #expect(
            self.reasons { _ = try self.bench.run(TransactWriteItems.self, write) } == ["None: ", exceeded])
        // Two units for each, of which one was there.
        self.bench.bench.advance(milliseconds: 1_001)
        _ = try self.bench.run(TransactWriteItems.self, write)
        let read =
            #"{"TransactItems":[{"Get":{"TableName":"other","Key":{"pk":{"S":"a"}}}},{"Get":{"TableName":"table","Key":{"pk":{"S":"a"}}}}]}"#
        _ = try self.bench.run(TransactGetItems.self, read)
        #expect(self.reasons { _ = try self.bench.run(TransactGetItems.self, read) } == [exceeded, exceeded])
    }

    @Test func `a transaction is cancelled by an index that has nothing left, and costs nothing then`() throws {
        try self.create(read: 1, write: 4, index: 1)
        let part = #"{"Put":{"TableName":"table","Item":{"pk":{"S":"a"},"g":{"S":"1"}}}}"#
        let write = #"{"TransactItems":[\#(part)]}"#
        _ = try self.bench.run(TransactWriteItems.self, write)
        let exceeded =
            "ProvisionedThroughputExceeded: The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API."
        let other = #"{"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"b"},"g":{"S":"1"}}}}]}"#
        for _ in 0..<3 {
            #expect(self.reasons { _ = try self.bench.run(TransactWriteItems.self, other) } == [exceeded])
        }
        #expect(try self.count() == 1)
        try self.bench.put(#"{"pk":{"S":"c"}}"#)
    }

    @Test func `a table on demand cancels with another code`() throws {
        try self.bench.create(more: #""OnDemandThroughput":{"MaxWriteRequestUnits":1}"#)
        let write = #"{"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"a"}}}}]}"#
        _ = try self.bench.run(TransactWriteItems.self, write)
        #expect(
            self.reasons { _ = try self.bench.run(TransactWriteItems.self, write) }
                == ["ThrottlingError: Throughput exceeds the maximum OnDemandThroughput configured on table or index"])
    }

    @Test func `statements are throttled like the operations that they stand for`() throws {
        try self.create(read: 1, write: 1)
        let insert = #"{"Statement":"INSERT INTO \"table\" VALUE {'pk':'a'}"}"#
        let select = #"{"Statement":"SELECT * FROM \"table\" WHERE pk = 'a'","ConsistentRead":true}"#
        _ = try self.bench.perform(ExecuteStatement(), insert)
        #expect(
            self.code { _ = try self.bench.perform(ExecuteStatement(), insert) }
                == Self.exceeded)
        _ = try self.bench.perform(ExecuteStatement(), select)
        #expect(
            self.code { _ = try self.bench.perform(ExecuteStatement(), select) }
                == Self.exceeded)
        let batch = try self.bench.perform(BatchExecuteStatement(), #"{"Statements":[\#(insert)]}"#)
        #expect(batch.responses?.map { $0.error?.code } == ["ProvisionedThroughputExceeded"])
        let reads = try self.bench.perform(BatchExecuteStatement(), #"{"Statements":[\#(select)]}"#)
        #expect(reads.responses?.map { $0.error?.code } == ["ProvisionedThroughputExceeded"])
        let transaction = #"{"TransactStatements":[\#(insert)]}"#
        #expect(
            self.code { _ = try self.bench.perform(ExecuteTransaction(), transaction) }
                == "TransactionCanceledException")
    }

    @Test func `an item that is there already costs as much as it is large`() throws {
        try self.create(read: 1, write: 2)
        let insert = #"{"Statement":"INSERT INTO \"table\" VALUE {'pk':'a'}"}"#
        _ = try self.bench.perform(ExecuteStatement(), insert)
        #expect(self.code { _ = try self.bench.perform(ExecuteStatement(), insert) } == "DuplicateItemException")
        #expect(
            self.code { _ = try self.bench.perform(ExecuteStatement(), insert) }
                == Self.exceeded)
    }

    @Test func `a page of several queries ends where the rest is throttled`() throws {
        try self.create(read: 1, write: 10)
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        try self.bench.put(#"{"pk":{"S":"b"}}"#)
        let select = #""Statement":"SELECT * FROM \"table\" WHERE pk IN ['a', 'b']","ConsistentRead":true"#
        let page = try self.bench.perform(ExecuteStatement(), "{\(select)}")
        #expect(page.items?.map(\.item.json) == [#"{"pk":{"S":"a"}}"#])
        let token = try #require(page.nextToken)
        self.bench.bench.advance(seconds: 1)
        let rest = try self.bench.perform(ExecuteStatement(), #"{\#(select),"NextToken":"\#(token)"}"#)
        #expect(rest.items?.map(\.item.json) == [#"{"pk":{"S":"b"}}"#])
        #expect(rest.nextToken == nil)
    }

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ServiceError)?.apiError?.code
        }
    }
}
