import ApusBase
import ApusService
import ApusTestSupport
import Testing

@testable import ApusDynamoDB

/// How often capacity may be changed, and what may be asked for of warm and of on-demand throughput.
@Suite struct CapacityTests {
    private let bench = DynamoDBBench(clock: ManualClock(Timestamp(milliseconds: 1_767_225_600_000 + 72_000_000)))

    private static let schema =
        #""AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]"#

    private static func units(_ read: Int, _ write: Int) -> String {
        #""ProvisionedThroughput":{"ReadCapacityUnits":\#(read),"WriteCapacityUnits":\#(write)}"#
    }

    private static func warm(_ read: Int, _ write: Int) -> String {
        #""WarmThroughput":{"ReadUnitsPerSecond":\#(read),"WriteUnitsPerSecond":\#(write)}"#
    }

    private func create(_ more: String) -> String? {
        self.bench.refusal(CreateTable.self, #"{"TableName":"table",\#(Self.schema),\#(more)}"#)
    }

    private func update(_ more: String) -> String? {
        self.bench.refusal(UpdateTable.self, #"{"TableName":"table",\#(more)}"#)
    }

    private func described() throws -> TableDescription {
        try #require(try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table)
    }

    /// 20:00 on 1 January 2026, a Thursday.
    @Test func `there are four decreases in a day, and then one an hour`() throws {
        #expect(self.create(Self.units(10, 10)) == nil)
        #expect(try self.described().provisionedThroughput?.numberOfDecreasesToday == 0)
        #expect(self.update(Self.units(9, 9)) == nil)
        for write in [8, 7, 6] { #expect(self.update(Self.units(9, write)) == nil) }
        #expect(try self.described().provisionedThroughput?.numberOfDecreasesToday == 4)
        let refusal =
            "LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: 4. Last decrease at Thursday, January 1, 2026 at 8:00:00 PM Coordinated Universal Time. Next decrease can be made at Thursday, January 1, 2026 at 9:00:00 PM Coordinated Universal Time"
        #expect(self.update(Self.units(10, 5)) == refusal)
        #expect(self.update(Self.units(12, 6)) == nil)
        self.bench.bench.advance(seconds: 3_599)
        #expect(self.update(Self.units(12, 5)) == refusal)
        self.bench.bench.advance(seconds: 1)
        #expect(self.update(Self.units(12, 5)) == nil)
        let described = try self.described().provisionedThroughput
        #expect(described?.numberOfDecreasesToday == 5)
        #expect(described?.writeCapacityUnits == 5)
        #expect(described?.lastDecreaseDateTime == self.bench.bench.clock.now)
        #expect(self.update(Self.units(12, 4))?.hasPrefix("LimitExceededException: ") == true)
    }

    @Test func `decreases are counted anew from midnight on`() throws {
        #expect(self.create(Self.units(10, 10)) == nil)
        self.bench.bench.advance(seconds: 4 * 3_600 - 60)
        for write in [9, 8, 7, 6] { #expect(self.update(Self.units(10, write)) == nil) }
        #expect(
            self.update(Self.units(10, 5))?.hasSuffix(
                "Next decrease can be made at Friday, January 2, 2026 at 12:00:00 AM Coordinated Universal Time")
                == true)
        self.bench.bench.advance(seconds: 60)
        #expect(try self.described().provisionedThroughput?.numberOfDecreasesToday == 0)
        for write in [5, 4, 3, 2] { #expect(self.update(Self.units(10, write)) == nil) }
        #expect(try self.described().provisionedThroughput?.numberOfDecreasesToday == 4)
    }

    @Test func `an index has decreases of its own`() throws {
        let index =
            #""GlobalSecondaryIndexes":[{"IndexName":"index","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},\#(Self.units(10, 10))}]"#
        #expect(self.create("\(Self.units(10, 10)),\(index)") == nil)
        func change(_ write: Int) -> String? {
            self.update(
                #""GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"index",\#(Self.units(10, write))}}]"#)
        }
        for write in [9, 8, 7, 6] { #expect(change(write) == nil) }
        #expect(change(5)?.hasPrefix("LimitExceededException: ") == true)
        #expect(self.update(Self.units(9, 9)) == nil)
        #expect(change(7) == nil)
        let described = try self.described()
        let shown = described.globalSecondaryIndexes?.first?.provisionedThroughput
        #expect(shown?.numberOfDecreasesToday == 4)
        #expect(shown?.lastIncreaseDateTime == self.bench.bench.clock.now)
        #expect(described.provisionedThroughput?.numberOfDecreasesToday == 1)
    }

    @Test func `a table goes on demand four times a day, where throughput is enforced`() throws {
        func change(_ bench: DynamoDBBench) -> String? {
            let back = bench.refusal(
                UpdateTable.self, #"{"TableName":"table","BillingMode":"PROVISIONED",\#(Self.units(1, 1))}"#)
            return back
                ?? bench.refusal(UpdateTable.self, #"{"TableName":"table","BillingMode":"PAY_PER_REQUEST"}"#)
        }
        let enforcing = DynamoDBBench(allowances: Allowances())
        try enforcing.create()
        for _ in 0..<4 { #expect(change(enforcing) == nil) }
        #expect(change(enforcing)?.hasPrefix("LimitExceededException: Subscriber limit exceeded: ") == true)
        enforcing.bench.advance(seconds: 86_400)
        #expect(
            enforcing.refusal(UpdateTable.self, #"{"TableName":"table","BillingMode":"PAY_PER_REQUEST"}"#) == nil)
        try self.bench.create()
        for _ in 0..<9 { #expect(change(self.bench) == nil) }
    }

    @Test func `warm throughput is never less than it was`() throws {
        #expect(self.create(Self.units(5, 5)) == nil)
        #expect(try self.described().warmThroughput?.readUnitsPerSecond == 5)
        #expect(self.update(Self.units(2, 9)) == nil)
        #expect(try self.described().warmThroughput?.readUnitsPerSecond == 5)
        #expect(try self.described().warmThroughput?.writeUnitsPerSecond == 9)
        #expect(
            self.update(Self.warm(4, 9))
                == "ValidationException: One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput is not supported"
        )
        #expect(self.update(#""WarmThroughput":{"WriteUnitsPerSecond":50}"#) == nil)
        #expect(try self.described().warmThroughput?.readUnitsPerSecond == 5)
        #expect(try self.described().warmThroughput?.writeUnitsPerSecond == 50)
        #expect(self.update(#""BillingMode":"PAY_PER_REQUEST""#) == nil)
        #expect(try self.described().warmThroughput?.readUnitsPerSecond == 12_000)
        #expect(self.update(#""BillingMode":"PROVISIONED",\#(Self.units(1, 1))"#) == nil)
        #expect(try self.described().warmThroughput?.writeUnitsPerSecond == 4_000)
    }

    @Test func `a new table is as warm as it is anyway`() throws {
        let onDemand = #""BillingMode":"PAY_PER_REQUEST""#
        let text = "ValidationException: One or more parameter values were invalid: Requested "
        #expect(
            self.create("\(onDemand),\(Self.warm(1, 1))")
                == text
                + "ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
        )
        #expect(
            self.create("\(Self.units(5, 5)),\(Self.warm(4, 5))")
                == text
                + "ReadUnitsPerSecond for WarmThroughput for table is lower than ReadCapacityUnits of ProvisionedThroughput"
        )
        #expect(self.create("\(onDemand),\(Self.warm(12_000, 4_001))") == nil)
        #expect(try self.described().warmThroughput?.writeUnitsPerSecond == 4_001)
    }

    @Test func `a table has no more than the account's quota`() throws {
        let onDemand = #""BillingMode":"PAY_PER_REQUEST""#
        #expect(
            self.create(Self.units(40_001, 1))
                == "LimitExceededException: The requested ReadCapacityUnits, 40001, is above the per table maximum for the account in eu-west-1. Per table maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        )
        let text = "LimitExceededException: Subscriber limit exceeded: Requested "
        #expect(
            self.create("\(onDemand),\(Self.warm(12_000, 40_001))")
                == text
                + "WriteUnitsPerSecond for WarmThroughput for table exceeds TableMaxWriteCapacityUnits of the account in region eu-west-1"
        )
        #expect(self.create("\(onDemand),\(Self.warm(40_000, 40_000))") == nil)
        #expect(
            self.update(#""OnDemandThroughput":{"MaxReadRequestUnits":40001}"#)
                == text
                + "MaxReadRequestUnits for OnDemandThroughput for table exceeds TableMaxReadCapacityUnits of the account in region eu-west-1"
        )
        #expect(self.update("\(Self.units(1, 40_001)),\"BillingMode\":\"PROVISIONED\"")?.hasPrefix("LimitExc") == true)
    }

    @Test func `a maximum is at least one, and of tables on demand`() throws {
        let text = "ValidationException: One or more parameter values were invalid: "
        let none = #""OnDemandThroughput":{"MaxReadRequestUnits":0}"#
        #expect(
            self.create(#""BillingMode":"PAY_PER_REQUEST",\#(none)"#)
                == text + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range")
        #expect(
            self.create(#"\#(Self.units(1, 1)),"OnDemandThroughput":{"MaxReadRequestUnits":1}"#)
                == text
                + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
        )
        #expect(
            self.create(
                #""BillingMode":"PAY_PER_REQUEST","OnDemandThroughput":{"MaxReadRequestUnits":5,"MaxWriteRequestUnits":6}"#
            ) == nil)
        #expect(self.update(#""OnDemandThroughput":{"MaxReadRequestUnits":-1}"#) == nil)
        #expect(try self.described().onDemandThroughput?.maxReadRequestUnits == -1)
        #expect(try self.described().onDemandThroughput?.maxWriteRequestUnits == 6)
    }
}
