import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// Tests with a table that has replicas, and short names for what they do.
protocol ReplicaSuite {
    var bench: DynamoDBBench { get }
}

extension ReplicaSuite {
    static var other: String { "eu-west-2" }

    func filler(batch: Int = 100) -> WorkerRun {
        WorkerRun(ReplicaFiller(batch: batch), host: self.bench.bench.host)
    }

    func update(_ change: String, in region: String = TestBench.region) throws -> TableDescription? {
        try self.bench.run(UpdateTable.self, #"{"TableName":"table",\#(change)}"#, in: region).tableDescription
    }

    func replicate(to region: String = Self.other, from source: String = TestBench.region) throws {
        _ = try self.update(#""ReplicaUpdates":[{"Create":{"RegionName":"\#(region)"}}]"#, in: source)
        self.bench.bench.driver.settle()
    }

    func describe(in region: String) throws -> TableDescription? {
        try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#, in: region).table
    }

    private func found(_ name: String, in region: String) throws -> Item? {
        try self.bench.run(GetItem.self, #"{"TableName":"table","Key":{"pk":{"S":"\#(name)"}}}"#, in: region).item?.item
    }

    func item(_ name: String, in region: String = Self.other) throws -> String? {
        try self.found(name, in: region)?.json
    }

    func number(_ name: String, in region: String) throws -> String? {
        try self.found(name, in: region)?["n"]?.number?.text
    }

    func count(in region: String) throws -> Int? {
        try self.bench.run(Scan.self, #"{"TableName":"table"}"#, in: region).count
    }

    func records(in region: String) throws -> [RecordShape] {
        let arn = try #require(try self.describe(in: region)?.latestStreamArn)
        let stream = try self.bench.run(DescribeStream.self, #"{"StreamArn":"\#(arn)"}"#, in: region)
        let shard = try #require(stream.streamDescription?.shards?.first?.shardId)
        let json = #"{"StreamArn":"\#(arn)","ShardId":"\#(shard)","ShardIteratorType":"TRIM_HORIZON"}"#
        let iterator = try #require(try self.bench.run(GetShardIterator.self, json, in: region).shardIterator)
        return try self.bench.run(GetRecords.self, #"{"ShardIterator":"\#(iterator)"}"#, in: region).records ?? []
    }
}
