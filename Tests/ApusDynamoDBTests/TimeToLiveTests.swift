import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
@Suite struct TimeToLiveTests {
    private let bench = DynamoDBBench()
    private let worker: WorkerRun

    init() { self.worker = WorkerRun(ExpiryWorker(), host: self.bench.bench.host) }

    private var now: Int64 { self.bench.bench.clock.now.milliseconds / 1000 }

    private func enable(_ isEnabled: Bool = true) throws {
        let json = #"{"TableName":"table","TimeToLiveSpecification":{"Enabled":\#(isEnabled),"AttributeName":"ttl"}}"#
        _ = try self.bench.run(UpdateTimeToLive.self, json)
        self.bench.bench.driver.settle()
    }

    private func put(_ name: String, ttl: String) throws {
        try self.bench.put(#"{"pk":{"S":"\#(name)"},"ttl":\#(ttl)}"#)
    }

    private func put(_ name: String, expiring seconds: Int64) throws {
        try self.put(name, ttl: #"{"N":"\#(self.now + seconds)"}"#)
    }

    private var names: [String] {
        get throws {
            try self.bench.run(Scan.self, #"{"TableName":"table"}"#).items?.compactMap { $0.item["pk"]?.string }
                .sorted()
                ?? []
        }
    }

    @Test func `items are gone within a minute of their time`() throws {
        try self.bench.create()
        try self.enable()
        try self.put("soon", expiring: 100)
        try self.put("late", expiring: 10_000)
        self.bench.bench.advance(seconds: 99)
        #expect(try self.names == ["late", "soon"])
        self.bench.bench.advance(seconds: 61)
        #expect(try self.names == ["late"])
        #expect(self.worker.failures == 0)
    }

    @Test func `items from before time to live was switched on expire too`() throws {
        try self.bench.create()
        for number in 0..<1_200 { try self.put("\(number)", expiring: number < 1_100 ? 100 : 10_000) }
        try self.enable()
        self.bench.bench.advance(seconds: 200)
        #expect(try self.names.count == 100)
    }

    @Test(arguments: [
        #"{"S":"1"}"#, #"{"N":"1.5"}"#, #"{"N":"-5"}"#, #"{"N":"1e30"}"#, #"{"N":"1500000000"}"#, #"{"NULL":true}"#,
    ])
    func `what is no time, or one of more than five years ago, is no expiry`(ttl: String) throws {
        try self.bench.create()
        try self.enable()
        try self.put("kept", ttl: ttl)
        self.bench.bench.advance(seconds: 3600)
        #expect(try self.names == ["kept"])
    }

    @Test func `a time that is changed or taken away does not count any more`() throws {
        try self.bench.create()
        try self.enable()
        try self.put("later", expiring: 100)
        try self.put("never", expiring: 100)
        try self.put("later", expiring: 10_000)
        try self.bench.put(#"{"pk":{"S":"never"}}"#)
        self.bench.bench.advance(seconds: 300)
        #expect(try self.names == ["later", "never"])
    }

    @Test func `nothing expires once time to live is switched off`() throws {
        try self.bench.create()
        try self.enable()
        try self.put("kept", expiring: 100)
        try self.enable(false)
        self.bench.bench.advance(seconds: 300)
        #expect(try self.names == ["kept"])
    }

    @Test func `a stream tells who removed an item`() throws {
        try self.bench.create(more: #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"OLD_IMAGE"}"#)
        try self.enable()
        try self.put("gone", expiring: 100)
        self.bench.bench.advance(seconds: 200)
        let arn = try #require(try self.bench.run(ListStreams.self, "{}").streams?.first?.streamArn)
        let shard = try #require(
            try self.bench.run(DescribeStream.self, #"{"StreamArn":"\#(arn)"}"#).streamDescription?.shards?.first?
                .shardId)
        let iterator = try #require(
            try self.bench.run(
                GetShardIterator.self,
                #"{"StreamArn":"\#(arn)","ShardId":"\#(shard)","ShardIteratorType":"TRIM_HORIZON"}"#
            ).shardIterator)
        let records = try self.bench.run(GetRecords.self, #"{"ShardIterator":"\#(iterator)"}"#).records
        #expect(records?.map(\.eventName) == ["INSERT", "REMOVE"])
        #expect(records?.map(\.userIdentity?.principalId) == [nil, "dynamodb.amazonaws.com"])
        #expect(records?.last?.userIdentity?.type == "Service")
        #expect(records?.last?.dynamodb?.oldImage?.item["pk"]?.string == "gone")
    }

    @Test func `an idle table commits nothing`() throws {
        try self.bench.create()
        try self.enable()
        self.bench.bench.advance(seconds: 10)
        let before = self.bench.bench.storage.statistics.commits
        self.bench.bench.advance(seconds: 3600)
        #expect(self.bench.bench.storage.statistics.commits == before)
    }
}
