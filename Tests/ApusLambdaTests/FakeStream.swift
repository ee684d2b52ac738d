import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization

/// A stream in memory, which outlives crashes of the store. Records are numbers; their keys are as a test says.
final class FakeStream: StreamSource {
    private struct Shard {
        var parents: [String] = []
        var records: [StreamRecord] = []
        var isOver = false
    }
    static let arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/s"
    /// Under which mappings know it.
    static let tableARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026-01-01T00:00:00.000"
    private let state = Mutex<[String: Shard]>([:])

    func add(_ shard: String, parents: [String] = []) { self.state.withLock { $0[shard] = Shard(parents: parents) } }

    func close(_ shard: String, on bench: TestBench) throws(ServiceError) {
        self.state.withLock { $0[shard]?.isOver = true }
        try self.signal(shard, bench)
    }

    /// Puts a record for each number, whose JSON it is.
    func put(_ numbers: [Int], key: (Int) -> String = { "k\($0)" }, to shard: String = "s1", on bench: TestBench)
        throws(ServiceError)
    {
        let records = numbers.map { number in
            StreamRecord(
                sequenceNumber: "\(number)", partitionKey: key(number), arrival: bench.clock.now,
                json: Array("{\"n\":\(number)}".utf8))
        }
        self.state.withLock { $0[shard]?.records += records }
        try self.signal(shard, bench)
    }

    private func signal(_ shard: String, _ bench: TestBench) throws(ServiceError) {
        let channel = Self.channel(shard)
        try bench.transact { (call) throws(ServiceError) in call.signal(channel) }
    }

    private static func channel(_ shard: String) -> Channel { Channel(StoredMessageKey(queue: shard, number: 0)) }

    func shards(of streamARN: String, in call: inout Call) throws(ServiceError) -> [StreamShard] {
        try call.require(Demand("kinesis:ListShards", on: streamARN, account: call.account))
        return self.state.withLock { shards in
            shards.sorted { $0.key < $1.key }.map { StreamShard(id: $0.key, parents: $0.value.parents) }
        }
    }

    func read(
        _ shard: String, of streamARN: String, from place: StreamPlace, limit: Int, in call: inout Call
    ) throws(ServiceError) -> StreamRead {
        try call.require(Demand("kinesis:GetRecords", on: streamARN, account: call.account))
        let found = self.state.withLock { $0[shard] ?? Shard() }
        let rest: ArraySlice<StreamRecord>
        switch place {
        case .trimHorizon: rest = found.records[...]
        case .at(let time): rest = found.records.drop { $0.arrival < time }
        case .after(let number): rest = found.records.drop { $0.sequenceNumber != number }.dropFirst()
        }
        return StreamRead(
            records: Array(rest.prefix(limit)), isOver: found.isOver && rest.count <= limit,
            channel: Self.channel(shard))
    }
}
