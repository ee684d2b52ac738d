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
}
