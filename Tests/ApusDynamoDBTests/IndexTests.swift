import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

@Suite struct IndexTests {
    private let bench = DynamoDBBench()

    /// pk and sk; a local index on `l`, all attributes; a global one on `g` and `n`, with `x`.
    private static let indexes = #"""
        "AttributeDefinitions":[
          {"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
          {"AttributeName":"l","AttributeType":"N"},{"AttributeName":"g","AttributeType":"S"},
          {"AttributeName":"n","AttributeType":"N"}],
        "LocalSecondaryIndexes":[{"IndexName":"local","Projection":{"ProjectionType":"KEYS_ONLY"},
          "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}]}],
        "GlobalSecondaryIndexes":[{"IndexName":"global",
          "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]},
          "KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}]}]
        """#

    private func query(_ index: String, _ condition: String, _ values: String, _ more: String = "") throws
        -> QueryOutput
    {
        try self.bench.run(
            Query.self,
            #"""
            {"TableName":"table","IndexName":"\#(index)","KeyConditionExpression":"\#(condition)",
             "ExpressionAttributeValues":{\#(values)}\#(more)}
            """#)
    }

    @Test func `a global index has what it projects of the items that have its keys`() throws {
        try self.bench.create(sort: "S", more: Self.indexes)
        try self.bench.put(#"{"pk":{"S":"a"},"sk":{"S":"1"},"g":{"S":"G"},"n":{"N":"2"},"x":{"S":"x"},"y":{"S":"y"}}"#)
        try self.bench.put(#"{"pk":{"S":"b"},"sk":{"S":"1"},"g":{"S":"G"},"n":{"N":"-1"}}"#)
        try self.bench.put(#"{"pk":{"S":"c"},"sk":{"S":"1"},"g":{"S":"G"}}"#)
        let output = try self.query("global", "g = :g", #"":g":{"S":"G"}"#)
        #expect(
            output.items?.map(\.item.json) == [
                #"{"g":{"S":"G"},"n":{"N":"-1"},"pk":{"S":"b"},"sk":{"S":"1"}}"#,
                #"{"g":{"S":"G"},"n":{"N":"2"},"pk":{"S":"a"},"sk":{"S":"1"},"x":{"S":"x"}}"#,
            ])
        #expect(
            self.bench.refusal(
                Query.self,
                #"{"TableName":"table","IndexName":"global","ConsistentRead":true,"KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"G"}}}"#
            ) == "ValidationException: Consistent reads are not supported on global secondary indexes")
    }

    @Test func `a local index fetches what it does not project`() throws {
        try self.bench.create(sort: "S", more: Self.indexes)
        try self.bench.put(#"{"pk":{"S":"a"},"sk":{"S":"1"},"l":{"N":"2"},"y":{"S":"y"}}"#)
        let values = #"":a":{"S":"a"}"#
        let keys = try self.query("local", "pk = :a", values)
        #expect(keys.items?.map(\.item.json) == [#"{"l":{"N":"2"},"pk":{"S":"a"},"sk":{"S":"1"}}"#])
        let whole = try self.query(
            "local", "pk = :a", values, #","Select":"ALL_ATTRIBUTES","ReturnConsumedCapacity":"INDEXES""#)
        #expect(whole.items?.map(\.item.json) == [#"{"l":{"N":"2"},"pk":{"S":"a"},"sk":{"S":"1"},"y":{"S":"y"}}"#])
        #expect(whole.consumedCapacity?.capacityUnits == 1)
        #expect(whole.consumedCapacity?.table?.capacityUnits == 0.5)
        #expect(whole.consumedCapacity?.localSecondaryIndexes?["local"]?.capacityUnits == 0.5)
        let part = try self.query("local", "pk = :a", values, #","ProjectionExpression":"y""#)
        #expect(part.items?.map(\.item.json) == [#"{"y":{"S":"y"}}"#])
    }

    @Test func `values that no index can have are refused`() throws {
        try self.bench.create(sort: "S", more: Self.indexes)
        #expect(
            self.bench.refusal(
                PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"l":{"S":"x"}}}"#)
                == "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key l Expected: N Actual: S IndexName: local"
        )
        #expect(
            self.bench.refusal(
                PutItem.self, #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"g":{"S":""}}}"#)
                == "ValidationException: One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: global, IndexKey: g"
        )
    }

    @Test func `writes of index entries are paid for`() throws {
        try self.bench.create(sort: "S", more: Self.indexes)
        func units(_ item: String) throws -> ConsumedCapacity? {
            try self.bench.run(
                PutItem.self, #"{"TableName":"table","Item":\#(item),"ReturnConsumedCapacity":"INDEXES"}"#
            ).consumedCapacity
        }
        let first = try units(#"{"pk":{"S":"a"},"sk":{"S":"1"},"l":{"N":"1"},"g":{"S":"G"},"n":{"N":"1"}}"#)
        #expect(first?.capacityUnits == 3)
        // A changed key is a delete and a put; an entry without changes costs nothing.
        let second = try units(#"{"pk":{"S":"a"},"sk":{"S":"1"},"l":{"N":"1"},"g":{"S":"H"},"n":{"N":"1"}}"#)
        #expect(second?.globalSecondaryIndexes?["global"]?.capacityUnits == 2)
        #expect(second?.localSecondaryIndexes == nil)
    }

    @Test func `pages of an index show entries with equal keys once`() throws {
        try self.bench.create(sort: "S", more: Self.indexes)
        for number in 0..<9 {
            try self.bench.put(#"{"pk":{"S":"p\#(number)"},"sk":{"S":"1"},"g":{"S":"G"},"n":{"N":"\#(number / 3)"}}"#)
        }
        for forward in ["true", "false"] {
            var found: [String] = []
            var start = ""
            repeat {
                let output = try self.query(
                    "global", "g = :g", #"":g":{"S":"G"}"#, #","Limit":2,"ScanIndexForward":\#(forward)\#(start)"#)
                found += (output.items ?? []).compactMap { $0.item["pk"]?.string }
                start = output.lastEvaluatedKey.map { #","ExclusiveStartKey":\#($0.item.json)"# } ?? ""
            } while !start.isEmpty
            #expect(found.count == 9)
            #expect(Set(found).count == 9)
        }
    }

    @Test func `an index on a table with items is filled, and gone when it is deleted`() throws {
        try self.bench.create()
        for number in 0..<700 { try self.bench.put(#"{"pk":{"S":"p\#(number)"},"g":{"S":"G"}}"#) }
        let update = #"""
            {"TableName":"table","AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}],
             "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"new","Projection":{"ProjectionType":"ALL"},
               "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}}]}
            """#
        let answer = try self.bench.run(UpdateTable.self, update).tableDescription
        #expect(answer?.globalSecondaryIndexes?.first?.indexStatus == "CREATING")
        self.bench.fillIndexes()
        let shown = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table
        #expect(shown?.globalSecondaryIndexes?.first?.indexStatus == "ACTIVE")
        #expect(try self.query("new", "g = :g", #"":g":{"S":"G"}"#, #","Select":"COUNT""#).count == 700)
        let delete = #"{"TableName":"table","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"new"}}]}"#
        #expect(
            try self.bench.run(UpdateTable.self, delete).tableDescription?.globalSecondaryIndexes?.first?.indexStatus
                == "DELETING")
        let after = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table
        #expect(after?.globalSecondaryIndexes == nil)
        #expect(after?.attributeDefinitions?.map(\.attributeName) == ["pk"])
    }

    @Test func `an item with a value that no index can have stays out of a new one, and must be mended to be changed`()
        throws
    {
        try self.bench.create()
        for (key, value) in [("empty", #"{"S":""}"#), ("number", #"{"N":"1"}"#), ("fits", #"{"S":"G"}"#)] {
            try self.bench.put(#"{"pk":{"S":"\#(key)"},"g":\#(value)}"#)
        }
        let long = String(repeating: "g", count: 2_049)
        try self.bench.put(#"{"pk":{"S":"long"},"g":{"S":"\#(long)"}}"#)
        _ = try self.bench.run(
            UpdateTable.self,
            #"""
            {"TableName":"table","AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}],
             "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"new","Projection":{"ProjectionType":"ALL"},
               "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}}]}
            """#)
        self.bench.fillIndexes()
        let found = try self.bench.run(Scan.self, #"{"TableName":"table","IndexName":"new"}"#).items
        #expect(found?.map { $0.item["pk"]?.string } == ["fits"])
        let update =
            #""UpdateExpression":"SET x = :x","ExpressionAttributeValues":{":x":{"N":"1"}}"#
        for key in ["empty", "number", "long"] {
            let refusal = self.bench.refusal(
                UpdateItem.self, #"{"TableName":"table","Key":{"pk":{"S":"\#(key)"}},\#(update)}"#)
            #expect(refusal?.hasPrefix("ValidationException: One or more parameter values") == true)
            _ = try self.bench.run(
                UpdateItem.self,
                #"{"TableName":"table","Key":{"pk":{"S":"\#(key)"}},"UpdateExpression":"REMOVE g"}"#)
            _ = try self.bench.run(UpdateItem.self, #"{"TableName":"table","Key":{"pk":{"S":"\#(key)"}},\#(update)}"#)
        }
    }

    @Test func `item collection metrics tell the collection's size`() throws {
        try self.bench.create(sort: "S", more: Self.indexes)
        let output = try self.bench.run(
            PutItem.self,
            #"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"S":"1"}},"ReturnItemCollectionMetrics":"SIZE"}"#)
        #expect(output.itemCollectionMetrics?.itemCollectionKey?.item.json == #"{"pk":{"S":"a"}}"#)
        #expect(output.itemCollectionMetrics?.sizeEstimateRangeGB == [0, 1])
    }

    /// Whatever is put, updated and deleted: each index has exactly the entries that follow from the items.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `indexes are what follows from the items`(seed: UInt64) throws {
        try self.bench.create(sort: "S", more: Self.indexes)
        let dice = SeededEntropy(seed: seed)
        func roll(_ sides: UInt64) -> UInt64 { dice.nextUInt64() % sides }
        for _ in 0..<300 {
            let key = #""pk":{"S":"\#(roll(3))"},"sk":{"S":"\#(roll(3))"}"#
            switch roll(4) {
            case 0: _ = try self.bench.run(DeleteItem.self, #"{"TableName":"table","Key":{\#(key)}}"#)
            case 1:
                _ = try self.bench.run(
                    UpdateItem.self,
                    #"""
                    {"TableName":"table","Key":{\#(key)},"UpdateExpression":"SET n = :n REMOVE \#(roll(2) == 0 ? "l" : "g")",
                     "ExpressionAttributeValues":{":n":{"N":"\#(roll(4))"}}}
                    """#)
            default:
                let local = roll(2) == 0 ? "" : #","l":{"N":"\#(roll(3))"}"#
                let global =
                    roll(2) == 0 ? "" : #","g":{"S":"\#(roll(3))"},"n":{"N":"\#(roll(3))"},"x":{"N":"\#(roll(3))"}"#
                try self.bench.put("{\(key)\(local)\(global)}")
            }
            try self.bench.checkIndexes()
        }
    }
}

extension DynamoDBBench {
    /// Runs the worker until every index is filled.
    func fillIndexes() {
        for _ in 0..<100 {
            let outcome = try? self.bench.transact { (call) throws(ServiceError) in try IndexFiller().work(in: &call) }
            if outcome != .more { return }
        }
        Issue.record("The worker does not end.")
    }

    /// Compares the entries of all indexes with those that follow from the items.
    func checkIndexes(_ name: String = "table") throws {
        let (found, expected) = try self.bench.transact { (call) throws(ServiceError) in
            let table = try call.table(TableReference(name, in: call)).record
            let items = try call.page(ItemKey.all(table: table.id), limit: 10_000)
            var found: [IndexEntryKey: Item] = [:]
            var expected: [IndexEntryKey: Item] = [:]
            for index in table.indexes {
                for (key, stored) in try call.page(IndexEntryKey.all(index: index.id), limit: 10_000) {
                    found[key] = stored.item
                }
                for (place, stored) in items {
                    guard let key = index.key(of: stored.item, at: place) else { continue }
                    expected[key] = index.entry(of: stored.item, in: table)
                }
            }
            return (found, expected)
        }
        #expect(found == expected)
    }
}
