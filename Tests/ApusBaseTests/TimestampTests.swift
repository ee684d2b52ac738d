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
        #expect(time.epochSeconds == 1_767_323_045.678)
        #expect(time.wholeSeconds == 1_767_323_045)
    }

    @Test func `a date in a sentence has a clock of twelve hours`() throws {
        let evening = try #require(Timestamp(iso8601: "2026-10-08T23:20:48Z"))
        #expect(evening.sentenceDate == "Thursday, October 8, 2026 at 11:20:48 PM Coordinated Universal Time")
        #expect(evening.nextDay.sentenceDate == "Friday, October 9, 2026 at 12:00:00 AM Coordinated Universal Time")
        #expect((evening.nextDay + 43_200_000).sentenceDate.contains(" at 12:00:00 PM "))
        #expect(Timestamp(milliseconds: -1).nextDay == Timestamp(milliseconds: 0))
    }

    @Test func `each form reads back`() {
        let whole = Timestamp(seconds: time.wholeSeconds)
        #expect(Timestamp(iso8601: time.iso8601) == time)
        #expect(Timestamp(iso8601: time.lambdaDate) == time)
        #expect(Timestamp(iso8601: time.iso8601Seconds) == whole)
        #expect(Timestamp(amzDate: time.amzDate.utf8) == whole)
        #expect(Timestamp(httpDate: time.httpDate) == whole)
    }

    /// Known points: the epoch, RFC 9110's example, the last second before 2^31, leap days, turns of centuries.
    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (2_147_483_647, "Tue, 19 Jan 2038 03:14:07 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (-2_203_891_200, "Thu, 01 Mar 1900 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
        ] as [(Int64, String)])
    func `known points in time have their dates`(seconds: Int64, httpDate: String) {
        #expect(Timestamp(seconds: seconds).httpDate == httpDate)
        #expect(Timestamp(httpDate: httpDate) == Timestamp(seconds: seconds))
    }

    @Test func `each day of 1896 to 2104 follows the one before`() {
        var expected = Timestamp(iso8601: "1896-01-01")
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        for year in 1896...2104 {
            let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            for month in 1...12 {
                for day in 1...(lengths[month - 1] + (isLeap && month == 2 ? 1 : 0)) {
                    let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
                    guard let point = expected, point == Timestamp(iso8601: text), point.iso8601.hasPrefix(text) else {
                        Issue.record("\(text) is not where it should be")
                        return
                    }
                    expected = point + 86_400_000
                }
            }
        }
    }

    @Test(
        arguments: [
            ("2026-01-02", 0), ("2026-01-02T00:00Z", 0), ("2026-01-02T01:00:00+01:00", 0),
            ("2026-01-01T22:30:00-0130", 0),
            ("2026-01-02t00:00:00z", 0), ("2026-01-02T00:00:00.5Z", 500), ("2026-01-02T00:00:00.0009Z", 0),
            ("2026-01-02T00:00:00.123456789Z", 123), ("2026-01-02T00:00:00.12+00:00", 120),
        ] as [(String, Int64)])
    func `ISO 8601 is read in each form that AWS takes`(text: String, offset: Int64) {
        #expect(Timestamp(iso8601: text) == Timestamp(milliseconds: 20_455 * 86_400_000 + offset))
    }

    @Test(arguments: [
        "", "2026", "2026-01", "2026-1-2", "2026-01-02T", "2026-01-02T00", "2026-01-02T00:00", "2026-01-02T00:00:00",
        "2026-01-02 00:00:00Z", "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "2026-02-29", "2100-02-29",
        "2026-04-31", "2026-01-02T24:00:00Z", "2026-01-02T00:60:00Z", "2026-01-02T00:00:60Z", "2026-01-02T00:00:00.Z",
        "2026-01-02T00:00:00ZZ", "2026-01-02T00:00:00+1", "2026-01-02T00:00:00+24:00", "2026-01-02T00:00:00+00:60",
        "-026-01-02", "٢٠٢٦-01-02", "2026-01-02Z",
    ])
    func `what is no date is refused`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test(arguments: [
        "", "20260102T030405", "20260102T030405z", "20260102T030405ZZ", "20260230T030405Z", "20260102T240405Z",
        "2026-01-02T0304Z",
    ])
    func `what is no amz-date is refused`(text: String) {
        #expect(Timestamp(amzDate: text.utf8) == nil)
    }

    @Test(arguments: [
        "", "Fri, 2 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:05 UTC", "Fri, 02 jan 2026 03:04:05 GMT",
        "Fri, 31 Feb 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:05 GMT ", "Xyz, 02 Jan 2026 03:04:05 GMT",
        "Friday, 02-Jan-26 03:04:05 GMT", "Fri Jan  2 03:04:05 2026",
    ])
    func `what is no date of RFC 9110's preferred form is refused`(text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }

    @Test func `random times read back as they were written`() {
        let entropy = SeededEntropy(seed: 8)
        for _ in 0..<5000 {
            let time = Timestamp(milliseconds: Int64(entropy.below(253_402_300_800_000)))
            #expect(Timestamp(iso8601: time.iso8601) == time)
            #expect(Timestamp(amzDate: time.amzDate.utf8) == Timestamp(seconds: time.wholeSeconds))
            #expect(Timestamp(httpDate: time.httpDate) == Timestamp(seconds: time.wholeSeconds))
        }
    }

    @Test func `arithmetic stops at the ends of the range`() {
        let last = Timestamp(milliseconds: .max)
        let first = Timestamp(milliseconds: .min)
        #expect(last + 1 == last)
        #expect(first - 1 == first)
        #expect(first + -1 == first)
        #expect(last - Int64.min == last)
        #expect(last - first == .max)
        #expect(last.adding(seconds: .max) == last)
        #expect(Timestamp(seconds: Int64.max) == last)
        #expect(Timestamp(seconds: Int64.min) == first)
        #expect(Timestamp(seconds: 1e300) == last)
        #expect(Timestamp(seconds: -Double.infinity) == first)
        #expect(Timestamp(seconds: Double.nan) == Timestamp(milliseconds: 0))
        #expect(time + 1000 - time == 1000)
        #expect(time.adding(seconds: -1) == time - 1000)
    }

    @Test func `the ends of the range have a text too`() {
        #expect(Timestamp(milliseconds: .max).iso8601 == "292278994-08-17T07:12:55.807Z")
        #expect(Timestamp(milliseconds: .min).iso8601 == "-292275055-05-16T16:47:04.192Z")
        #expect(Timestamp(milliseconds: .min).httpDate == "Sun, 16 May -292275055 16:47:04 GMT")
        #expect(Timestamp(milliseconds: .min).wholeSeconds == -9_223_372_036_854_776)
    }

    @Test func `a double is rounded to the millisecond`() {
        #expect(Timestamp(seconds: 1_767_323_045.678) == time)
        #expect(Timestamp(seconds: 0.0004) == Timestamp(milliseconds: 0))
        #expect(Timestamp(seconds: -1.5) == Timestamp(milliseconds: -1500))
    }
}
