import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// Items and their stream under crashes: the two are written together, or neither is.
@Suite struct StreamCrashTests {
    /// Begins a put that nobody waits for.
    private func start(_ item: String, on bench: DynamoDBBench) throws {
        let json = #"{"TableName":"table","Item":\#(item)}"#
        let input = try DynamoDBAPI.model.decode(PutItemInput.self, from: .json(Array(json.utf8)))
        bench.bench.host.perform(PutItem.self, input, bench.bench.context()) { _ in }
    }

    private static func item(_ number: Int) -> String {
        #"{"pk":{"S":"k\#(number % 3)"},"n":{"N":"\#(number)"}}"#
    }

    private static func told(by bench: DynamoDBBench) throws -> [Item] {
        let arn = try #require(try bench.run(ListStreams.self, "{}").streams?.first?.streamArn)
        return try bench.bench.transact { (call) throws(ServiceError) in
            let name = try StreamName(arn: arn, in: call)
            guard let record = try call.get(name.key) else { return [] }
            return try call.page(StreamChangeKey.all(stream: record.id), limit: 1_000).compactMap(\.value.newImage)
        }
    }

    private static func number(_ item: Item?) -> Int? { item?["n"]?.number.flatMap { Int($0.text) } }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `a crash loses no acknowledged change and tells none twice`(seed: UInt64) throws {
        var bench = DynamoDBBench(seed: seed)
        try bench.create(more: #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}"#)
        var acknowledged: [Int] = []
        var number = 0
        for round in 0..<5 as Range<UInt64> {
            for _ in 0..<5 {
                number += 1
                try bench.put(Self.item(number))
                acknowledged.append(number)
            }
            for _ in 0..<3 {
                number += 1
                try self.start(Self.item(number), on: bench)
            }
            // As far as the seed says.
            for _ in 0..<(seed % 4) { _ = bench.bench.driver.runOne() }
            bench.bench.driver.crash()
            bench = DynamoDBBench(seed: seed &* 31 &+ round, storage: bench.bench.storage, clock: bench.bench.clock)
        }
        let told = try Self.told(by: bench).compactMap { Self.number($0) }
        #expect(told == told.sorted() && Set(told).count == told.count)
        #expect(told.filter(acknowledged.contains) == acknowledged)
        for key in 0..<3 {
            let item = try bench.get(#"{"pk":{"S":"k\#(key)"}}"#)
            let last = try #require(told.last { $0 % 3 == key })
            #expect(item == #"{"n":{"N":"\#(last)"},"pk":{"S":"k\#(key)"}}"#)
        }
    }
}
