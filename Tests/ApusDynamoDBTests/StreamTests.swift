import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// What https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html says, and the API reference of its operations.
@Suite struct StreamTests {
    private let bench = DynamoDBBench()

    private func create(_ view: String = "NEW_AND_OLD_IMAGES", sort: String? = nil) throws -> String {
        let stream = #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"\#(view)"}"#
        try self.bench.create(sort: sort, more: stream)
        let table = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table
        return try #require(table?.latestStreamArn)
    }

    private func shards(_ arn: String) throws -> [ShardShape] {
        try self.bench.run(DescribeStream.self, #"{"StreamArn":"\#(arn)"}"#).streamDescription?.shards ?? []
    }

    private func iterator(
        _ arn: String, _ type: String = "TRIM_HORIZON", shard: Int = 0, sequence: String? = nil
    ) throws -> String {
        let id = try self.shards(arn)[shard].shardId ?? ""
        let number = sequence.map { #","SequenceNumber":"\#($0)""# } ?? ""
        let json = #"{"StreamArn":"\#(arn)","ShardId":"\#(id)","ShardIteratorType":"\#(type)"\#(number)}"#
        return try #require(try self.bench.run(GetShardIterator.self, json).shardIterator)
    }

    private func read(_ iterator: String, limit: Int = 1000) throws -> GetRecordsOutput {
        try self.bench.run(GetRecords.self, #"{"ShardIterator":"\#(iterator)","Limit":\#(limit)}"#)
    }

    private func records(_ arn: String) throws -> [RecordShape] {
        var all: [RecordShape] = []
        for shard in try self.shards(arn).indices {
            all += try self.read(try self.iterator(arn, shard: shard)).records ?? []
        }
        return all
    }

    private static func keys(_ records: [RecordShape]?) -> [String?] {
        records?.map { $0.dynamodb?.keys?.item["pk"]?.string } ?? []
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ServiceError)?.apiError?.code
        }
    }

    @Test func `each change is told once and in order, with both images`() throws {
        let arn = try self.create()
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"1"}}"#)
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"2"}}"#)
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"2.0"}}"#)
        _ = try self.bench.run(DeleteItem.self, #"{"TableName":"table","Key":{"pk":{"S":"a"}}}"#)
        _ = try self.bench.run(DeleteItem.self, #"{"TableName":"table","Key":{"pk":{"S":"a"}}}"#)
        let records = try self.records(arn)
        #expect(records.map(\.eventName) == ["INSERT", "MODIFY", "REMOVE"])
        #expect(records.map { $0.dynamodb?.keys?.item.json } == Array(repeating: #"{"pk":{"S":"a"}}"#, count: 3))
        #expect(records.map { $0.dynamodb?.oldImage?.item["n"]?.number?.text } == [nil, "1", "2"])
        #expect(records.map { $0.dynamodb?.newImage?.item["n"]?.number?.text } == ["1", "2", nil])
        let first = try #require(records.first)
        #expect(
            first.eventSource == "aws:dynamodb" && first.eventVersion == "1.1" && first.awsRegion == TestBench.region)
        #expect(first.dynamodb?.streamViewType == "NEW_AND_OLD_IMAGES")
        // Keys and one image: 3 bytes for pk, 1 + 2 for n.
        #expect(first.dynamodb?.sizeBytes == 3 + 3 + 3)
        #expect(Set(records.map(\.eventID)).count == 3)
        let numbers = records.compactMap { $0.dynamodb?.sequenceNumber }
        #expect(numbers == numbers.sorted() && numbers.allSatisfy { 21...40 ~= $0.count })
    }

    @Test(arguments: [
        ("KEYS_ONLY", false, false), ("NEW_IMAGE", true, false), ("OLD_IMAGE", false, true),
        ("NEW_AND_OLD_IMAGES", true, true),
    ])
    func `a view says which images there are`(view: String, hasNew: Bool, hasOld: Bool) throws {
        let arn = try self.create(view)
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"1"}}"#)
        try self.bench.put(#"{"pk":{"S":"a"},"n":{"N":"2"}}"#)
        let change = try #require(try self.records(arn).last?.dynamodb)
        #expect((change.newImage != nil) == hasNew)
        #expect((change.oldImage != nil) == hasOld)
    }

    @Test func `a transaction is told whole or not at all`() throws {
        let arn = try self.create()
        func write(_ condition: String) -> String {
            """
            {"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"a"}}}},
             {"Put":{"TableName":"table","Item":{"pk":{"S":"b"}},"ConditionExpression":"\(condition)"}}]}
            """
        }
        #expect(self.refusal { _ = try self.bench.run(TransactWriteItems.self, write("attribute_exists(pk)")) } != nil)
        #expect(try self.records(arn).isEmpty)
        _ = try self.bench.run(TransactWriteItems.self, write("attribute_not_exists(pk)"))
        #expect(Self.keys(try self.records(arn)) == ["a", "b"])
    }

    @Test func `iterators begin where they are told to`() throws {
        let arn = try self.create()
        for name in ["a", "b", "c"] { try self.bench.put(#"{"pk":{"S":"\#(name)"}}"#) }
        let latest = try self.iterator(arn, "LATEST")
        let numbers = try self.records(arn).compactMap { $0.dynamodb?.sequenceNumber }
        try self.bench.put(#"{"pk":{"S":"d"}}"#)
        #expect(Self.keys(try self.read(latest).records) == ["d"])
        let at = try self.iterator(arn, "AT_SEQUENCE_NUMBER", sequence: numbers[1])
        #expect(Self.keys(try self.read(at).records) == ["b", "c", "d"])
        let after = try self.iterator(arn, "AFTER_SEQUENCE_NUMBER", sequence: numbers[1])
        #expect(Self.keys(try self.read(after).records) == ["c", "d"])
        let page = try self.read(try self.iterator(arn), limit: 3)
        #expect(Self.keys(page.records) == ["a", "b", "c"])
        #expect(Self.keys(try self.read(try #require(page.nextShardIterator)).records) == ["d"])
    }

    @Test func `a shard is followed by its child after four hours, and is over then`() throws {
        let arn = try self.create()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        let open = try self.read(try self.iterator(arn))
        #expect(open.nextShardIterator != nil)
        self.bench.bench.advance(seconds: 4 * 3600)
        try self.bench.put(#"{"pk":{"S":"b"}}"#)
        let shards = try self.shards(arn)
        #expect(shards.count == 2)
        #expect(shards[1].parentShardId == shards[0].shardId)
        let number = try #require(shards[0].sequenceNumberRange)
        #expect(number.startingSequenceNumber == number.endingSequenceNumber)
        #expect(shards[1].sequenceNumberRange?.endingSequenceNumber == nil)
        let over = try self.read(try self.iterator(arn))
        #expect(Self.keys(over.records) == ["a"])
        #expect(over.nextShardIterator == nil)
        #expect(Self.keys(try self.read(try self.iterator(arn, shard: 1)).records) == ["b"])
    }

    @Test func `records are gone after a day, and reading them is told`() throws {
        let worker = WorkerRun(StreamWorker(), host: self.bench.bench.host)
        let arn = try self.create()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        let number = try #require(try self.records(arn).first?.dynamodb?.sequenceNumber)
        self.bench.bench.advance(seconds: 4 * 3600)
        try self.bench.put(#"{"pk":{"S":"b"}}"#)
        let old = try self.shards(arn)[0].shardId
        self.bench.bench.advance(seconds: 20 * 3600 + 1800)
        #expect(Self.keys(try self.records(arn)) == ["b"])
        #expect(try self.shards(arn).map(\.shardId).contains(old) == false)
        #expect(
            self.refusal { _ = try self.iterator(arn, "AT_SEQUENCE_NUMBER", sequence: number) } == "ValidationException"
        )
        self.bench.bench.advance(seconds: 4 * 3600 + 1800)
        #expect(try self.records(arn).isEmpty)
        let begin = try #require(try self.shards(arn)[0].sequenceNumberRange?.startingSequenceNumber)
        #expect(
            self.refusal { _ = try self.iterator(arn, "AT_SEQUENCE_NUMBER", sequence: begin) }
                == "TrimmedDataAccessException")
        #expect(worker.failures == 0)
    }

    @Test func `an iterator is good for fifteen minutes`() throws {
        let arn = try self.create()
        let iterator = try self.iterator(arn)
        self.bench.bench.advance(seconds: 15 * 60 - 1)
        _ = try self.read(iterator)
        self.bench.bench.advance(seconds: 1)
        #expect(self.refusal { _ = try self.read(iterator) } == "ExpiredIteratorException")
        #expect(self.refusal { _ = try self.read("nonsense") } == "ValidationException")
        #expect(self.refusal { _ = try self.read(iterator + "x") } == "ValidationException")
    }

    @Test func `a stream that was switched off can be read for a day, beside its successor`() throws {
        let worker = WorkerRun(StreamWorker(), host: self.bench.bench.host)
        let arn = try self.create()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        func change(_ specification: String) throws {
            _ = try self.bench.run(
                UpdateTable.self, #"{"TableName":"table","StreamSpecification":{\#(specification)}}"#)
        }
        try change(#""StreamEnabled":false"#)
        try self.bench.put(#"{"pk":{"S":"b"}}"#)
        self.bench.bench.advance(seconds: 1)
        try change(#""StreamEnabled":true,"StreamViewType":"KEYS_ONLY""#)
        try self.bench.put(#"{"pk":{"S":"c"}}"#)
        let list = try self.bench.run(ListStreams.self, #"{"TableName":"table"}"#).streams ?? []
        #expect(list.count == 2)
        #expect(list.first?.streamArn == arn)
        let status = try list.map { stream in
            try self.bench.run(DescribeStream.self, #"{"StreamArn":"\#(stream.streamArn ?? "")"}"#).streamDescription?
                .streamStatus
        }
        #expect(status == ["DISABLED", "ENABLED"])
        #expect(Self.keys(try self.records(arn)) == ["a"])
        #expect(Self.keys(try self.records(try #require(list.last?.streamArn))) == ["c"])
        self.bench.bench.advance(seconds: 24 * 3600 + 1800)
        #expect(try self.bench.run(ListStreams.self, "{}").streams?.count == 1)
        #expect(self.refusal { _ = try self.shards(arn) } == "ResourceNotFoundException")
        #expect(worker.failures == 0)
    }

    @Test func `a stream outlives its table`() throws {
        let arn = try self.create()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        #expect(Self.keys(try self.records(arn)) == ["a"])
    }

    @Test func `a stream that begins in the moment in which another ended is another stream`() throws {
        func update(_ specification: String) throws -> String? {
            let json = #"{"TableName":"table","StreamSpecification":{\#(specification)}}"#
            return try self.bench.run(UpdateTable.self, json).tableDescription?.latestStreamArn
        }
        let first = try self.create()
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        _ = try update(#""StreamEnabled":false"#)
        let second = try #require(try update(#""StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES""#))
        try self.bench.put(#"{"pk":{"S":"b"}}"#)
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        let third = try self.create()
        try self.bench.put(#"{"pk":{"S":"c"}}"#)
        #expect(Set([first, second, third]).count == 3)
        #expect(try [first, second, third].map { Self.keys(try self.records($0)) } == [["a"], ["b"], ["c"]])
    }

    @Test func `lists of streams and shards have pages`() throws {
        _ = try self.create()
        try self.bench.create(
            "second", more: #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}"#)
        let first = try self.bench.run(ListStreams.self, #"{"Limit":1}"#)
        #expect(first.streams?.map(\.tableName) == ["second"])
        let last = try #require(first.lastEvaluatedStreamArn)
        let second = try self.bench.run(ListStreams.self, #"{"ExclusiveStartStreamArn":"\#(last)"}"#)
        #expect(second.streams?.map(\.tableName) == ["table"])
        #expect(second.lastEvaluatedStreamArn == nil)
    }

    @Test func `the port reads what GetRecords reads`() throws {
        let arn = try self.create("NEW_IMAGE")
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        self.bench.bench.advance(seconds: 10)
        try self.bench.put(#"{"pk":{"S":"b"}}"#)
        let time = self.bench.bench.clock.now
        let shape = try #require(try self.records(arn).first)
        try self.bench.bench.transact { (call) throws(ServiceError) in
            let source = DynamoDB.streams
            let shard = try source.shards(of: arn, in: &call)[0]
            #expect(shard.parents.isEmpty)
            let all = try source.read(shard.id, of: arn, from: .trimHorizon, limit: 10, in: &call)
            #expect(all.records.count == 2 && !all.isOver)
            #expect(all.records[0].sequenceNumber == shape.dynamodb?.sequenceNumber)
            let json = try? JSONValue(parsing: all.records[0].json)
            #expect(json?["eventSourceARN"]?.stringValue == arn)
            #expect(json?["eventID"]?.stringValue == shape.eventID)
            #expect(json?["dynamodb"]?["NewImage"]?["pk"]?["S"]?.stringValue == "a")
            let later = try source.read(shard.id, of: arn, from: .at(time), limit: 10, in: &call)
            #expect(later.records.map(\.sequenceNumber) == [all.records[1].sequenceNumber])
            let place = StreamPlace.after(sequenceNumber: all.records[0].sequenceNumber)
            #expect(try source.read(shard.id, of: arn, from: place, limit: 10, in: &call).records.count == 1)
        }
    }

    @Test func `records lie in the store for ever as they do now`() throws {
        let keys = try self.bench.item(#"{"pk":{"S":"a"}}"#)
        let change = StreamChange(
            kind: .modify, isExpiry: false, time: Timestamp(milliseconds: 5), keys: keys, newImage: keys, oldImage: nil)
        let item = Hex.encode(keys.bytes)
        let length = Hex.encode([UInt8(keys.bytes.count)])
        #expect(
            Hex.encode(change.encoded) == "01" + "02" + "00" + "0a" + length + item + "01" + length + item + "00")
        let head = StreamHead(next: 3, shardFirst: 1, shardCreated: Timestamp(milliseconds: 5))
        #expect(Hex.encode(head.encoded) == "01" + "03" + "01" + "0a")
        #expect(
            Hex.encode(StreamChangeKey(stream: 1, sequence: 2).encoded) == "5032" + "0000000000000001"
                + "0000000000000002")
        let key = StreamKey(account: "1", region: "r", table: "t", label: "l")
        #expect(Hex.encode(key.encoded) == "5030" + "3100" + "7200" + "7400" + "6c00")
    }
}

extension DynamoDBBench {
    func item(_ json: String) throws -> Item {
        var reader = JSONReader(Array(json.utf8))
        return try ItemReader.item(from: &reader).checked()
    }
}
