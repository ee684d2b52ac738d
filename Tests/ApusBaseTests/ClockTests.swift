import ApusBase
import Testing

@Suite struct ClockTests {
    @Test func `a manual clock moves only when told`() {
        let manual = ManualClock(Timestamp(seconds: 10))
        let clock: any Clock = manual
        #expect(clock.now == Timestamp(milliseconds: 10_000))
        manual.advance(milliseconds: 5)
        #expect(clock.now == Timestamp(milliseconds: 10_005))
        #expect(clock.monotonicNanoseconds == 5_000_000)
        manual.set(Timestamp(milliseconds: 1))
        #expect(clock.now == Timestamp(milliseconds: 1))
        #expect(clock.monotonicNanoseconds == 5_000_000)
    }

    @Test func `the system clock is past the day this was written`() {
        #expect(SystemClock().now > Timestamp(seconds: 1_760_000_000))
        #expect(SystemClock().monotonicNanoseconds > 0)
    }
}
