import ApusBase
import ApusLogs
import ApusStore
import Testing

/// The bytes of keys and records, which must be readable for ever.
@Suite struct LogsRecordBytesTests {
    @Test func `a retention's bytes`() throws {
        var record = LogRetentionRecord(
            account: "1", region: "r", name: "g", due: Timestamp(milliseconds: 5), reached: nil)
        #expect(Hex.encode(record.encoded) == "01" + "0131" + "0172" + "0167" + "0a" + "00")
        record.reached = Timestamp(milliseconds: 2)
        #expect(Hex.encode(record.encoded) == "01" + "0131" + "0172" + "0167" + "0a" + "0104")
        #expect(try LogRetentionRecord(decoding: record.encoded, tag: .logsRetention) == record)
        #expect(Hex.encode(LogRetentionKey(group: 7).encoded) == "3020" + "0000000000000007")
        let due = LogRetentionDueKey(due: Timestamp(milliseconds: 258), group: 7)
        #expect(Hex.encode(due.encoded) == "3021" + "8000000000000102" + "0000000000000007")
    }

    @Test func `a metric filter's bytes`() throws {
        let record = LogMetricFilterRecord(
            pattern: "p", hasRegex: true, created: Timestamp(milliseconds: 1),
            transformations: [
                LogMetricFilterRecord.Transformation(
                    metricName: "m", metricNamespace: "n", metricValue: "1", defaultValue: nil,
                    dimensions: ["d": "$"], unit: "None")
            ])
        let transformation = "016d" + "016e" + "0131" + "00" + "0101640124" + "01044e6f6e65"
        #expect(Hex.encode(record.encoded) == "01" + "0170" + "01" + "02" + "01" + transformation)
        #expect(try LogMetricFilterRecord(decoding: record.encoded, tag: .logsMetricFilter) == record)
        #expect(
            Hex.encode(LogMetricFilterKey(group: 7, name: "f").encoded) == "3030" + "0000000000000007" + "6600")
        let name = LogMetricFilterNameKey(account: "1", region: "r", name: "f", group: "g")
        #expect(Hex.encode(name.encoded) == "3031" + "3100" + "7200" + "6600" + "6700")
    }

    @Test func `a subscription's bytes`() throws {
        let record = LogSubscriptionRecord(
            pattern: "p", hasRegex: false, destinationARN: "a", distribution: "d", created: Timestamp(milliseconds: 1))
        #expect(Hex.encode(record.encoded) == "01" + "0170" + "00" + "0161" + "0164" + "02")
        #expect(try LogSubscriptionRecord(decoding: record.encoded, tag: .logsSubscription) == record)
        #expect(Hex.encode(LogSubscriptionKey(group: 7, name: "f").encoded) == "3040" + "0000000000000007" + "6600")
    }
}
