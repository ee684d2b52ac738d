import Testing

@testable import ApusStore

struct WriterPaceTests {
    private static let millisecond: UInt64 = 1_000_000

    @Test func `what waits is expected to take as long as the same number took before`() {
        var pace = WriterPace()
        #expect(pace.nanoseconds(behind: 1_000, now: 0) == 0)
        pace.began(now: 0)
        pace.answered(100, remaining: 100, now: 10 * Self.millisecond)
        pace.answered(100, remaining: 0, now: 20 * Self.millisecond)
        #expect(pace.nanoseconds(behind: 1_000, now: 20 * Self.millisecond) == 100 * Self.millisecond)
    }

    @Test func `time without work does not count`() {
        var pace = WriterPace()
        pace.began(now: 0)
        pace.answered(10, remaining: 0, now: 1 * Self.millisecond)
        pace.began(now: 1_000 * Self.millisecond)
        pace.answered(10, remaining: 0, now: 1_001 * Self.millisecond)
        #expect(pace.nanoseconds(behind: 20, now: 5_000 * Self.millisecond) == 2 * Self.millisecond)
    }

    @Test func `a writer that became slow is known to be after a second, and one that became fast too`() {
        var pace = WriterPace()
        var now: UInt64 = 0
        func run(_ groups: Int, _ bodies: Int, _ milliseconds: UInt64) {
            for _ in 0..<groups {
                pace.began(now: now)
                now += milliseconds * Self.millisecond
                pace.answered(bodies, remaining: 1, now: now)
            }
        }
        run(1_000, 100, 1)
        #expect(pace.nanoseconds(behind: 1_000, now: now) / Self.millisecond == 10)
        run(100, 10, 10)
        #expect(pace.nanoseconds(behind: 1_000, now: now) > 500 * Self.millisecond)
        run(600, 100, 1)
        #expect(pace.nanoseconds(behind: 1_000, now: now) < 50 * Self.millisecond)
    }

    @Test func `a disk that stands still is waited for as long as it has stood`() {
        var pace = WriterPace()
        pace.began(now: 0)
        pace.answered(100, remaining: 10, now: 1 * Self.millisecond)
        #expect(pace.nanoseconds(behind: 10, now: 301 * Self.millisecond) == 300 * Self.millisecond)
    }
}
