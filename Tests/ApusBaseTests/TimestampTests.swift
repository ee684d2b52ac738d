import ApusBase
import Testing

@Suite struct TimestampTests {
    /// 2026-01-02T03:04:05.678Z, a Friday: 20,455 days after the epoch.
    let time = Timestamp(milliseconds: 20_455 * 86_400_000 + 11_045_678)

    @Test func `a time is written in each of AWS's forms`() {
        #expect(time.iso8601 == "2026-01-02T03:04:05.678Z")
        #expect(time.iso8601Seconds == "2026-01-02T03:04:05Z")
        #expect(time.amzDate == "20260102T030405Z")
        #expect(time.httpDate == "Fri, 02 Jan 2026 03:04:05 GMT")
        #expect(time.lambdaDate == "2026-01-02T03:04:05.678+0000")
    }

    @Test func `each form reads back`() {
        let whole = Timestamp(seconds: time.wholeSeconds)
        #expect(Timestamp(iso8601: time.iso8601) == time)
        #expect(Timestamp(iso8601: time.iso8601Seconds) == whole)
        #expect(Timestamp(amzDate: time.amzDate.utf8) == whole)
        #expect(Timestamp(httpDate: time.httpDate) == whole)
    }
}
