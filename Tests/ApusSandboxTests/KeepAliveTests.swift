import ApusSandbox
import Testing

/// Expected values come from "Serverless in the Wild" (USENIX ATC 2020), section 4.2.
@Suite struct KeepAliveTests {
    private let paper = HybridParameters()

    private func history(_ idleMinutes: [Double], _ parameters: HybridParameters = HybridParameters())
        -> FunctionHistory
    {
        var history = FunctionHistory()
        for minutes in idleMinutes { history.idled(minutes: minutes, parameters: parameters) }
        return history
    }

    @Test func `a fixed policy keeps an environment for its time, whatever the history`() {
        let windows = self.history([60, 60, 60, 60, 60]).windows(.fixed(minutes: 10))
        #expect(windows == KeepAliveWindows(preWarmMinutes: 0, keepAliveMinutes: 10))
        #expect(windows.holds(idleMinutes: 10) && !windows.holds(idleMinutes: 10.1))
        #expect(windows.wastedMinutes(idleMinutes: 4) == 4)
        #expect(windows.wastedMinutes(idleMinutes: 60) == 10)
    }

    @Test func `a function with a period is ended, and made again shortly before its next event`() {
        let windows = self.history(Array(repeating: 60.5, count: 50)).windows(.paper)
        // The 5th percentile rounded down less a tenth, and the 99th rounded up and a tenth more.
        #expect(windows.preWarmMinutes == 54)
        #expect(abs(windows.preWarmMinutes + windows.keepAliveMinutes - 67.1) < 1e-9)
        #expect(windows.holds(idleMinutes: 60.5))
        #expect(windows.wastedMinutes(idleMinutes: 60.5) == 6.5)
    }

    @Test func `the head and the tail of the histogram bound the windows`() {
        // 2 of 100 idle times below the head's quantile, 1 above the tail's.
        let idle = Array(repeating: 3.0, count: 2) + Array(repeating: 30.0, count: 97) + [200.0]
        let windows = self.history(idle).windows(.paper)
        #expect(windows.preWarmMinutes == 27)
        #expect(windows.holds(idleMinutes: 30) && !windows.holds(idleMinutes: 3) && !windows.holds(idleMinutes: 200))
    }

    @Test func `a histogram that is not representative falls back to the standard time`() {
        // Every minute of the range as often as any other: a variation of 0, below 2.
        let flat = self.history((0..<240).map { Double($0) + 0.5 })
        #expect(flat.windows(.paper) == KeepAliveWindows(preWarmMinutes: 0, keepAliveMinutes: 240))
        #expect(flat.windows(.ours) == KeepAliveWindows(preWarmMinutes: 0, keepAliveMinutes: 10))
    }

    @Test func `a function of which little is known has the standard time`() {
        #expect(FunctionHistory().windows(.paper).keepAliveMinutes == 240)
        #expect(self.history([60, 60, 60]).windows(.ours) == KeepAliveWindows(preWarmMinutes: 0, keepAliveMinutes: 10))
    }

    @Test func `a rare function with a rhythm is forecast with a margin of 15 per cent on both sides`() {
        let windows = self.history(Array(repeating: 300, count: 6)).windows(.paper)
        #expect(abs(windows.preWarmMinutes - 255) < 1e-9)
        #expect(abs(windows.keepAliveMinutes - 90) < 1e-9)
    }

    @Test func `a rare function without a rhythm has the standard time`() {
        #expect(self.history([250, 900, 3000, 400, 5000]).windows(.paper).keepAliveMinutes == 240)
    }

    @Test func `gaps within a busy time do not hide the idle times between busy times`() {
        let busy = Array(repeating: 0.01, count: 500)
        let idle = (0..<20).flatMap { _ in busy + [90.5] }
        #expect(self.history(idle, .ours).windows(.ours).preWarmMinutes == 81)
        #expect(self.history(idle).windows(.paper).preWarmMinutes == 0)
    }

    @Test func `a window that begins at once is never very short`() {
        let windows = self.history(Array(repeating: 0.5, count: 50), .ours).windows(.ours)
        #expect(windows == KeepAliveWindows(preWarmMinutes: 0, keepAliveMinutes: 5))
    }

    @Test func `what is old counts less and less`() {
        var history = FunctionHistory()
        for _ in 0..<10_000 { history.idled(minutes: 20.5, parameters: self.paper) }
        for _ in 0..<20_000 { history.idled(minutes: 100.5, parameters: self.paper) }
        #expect(history.windows(.paper).preWarmMinutes == 90)
    }

    @Test func `idle times are measured from the last event's end, while nothing else runs`() {
        let minute: UInt64 = 60_000_000_000
        var activity = FunctionActivity()
        var now: UInt64 = minute
        for _ in 0..<8 {
            activity.began(now: now, policy: .ours)
            activity.began(now: now + 1, policy: .ours)
            activity.ended(now: now + 2)
            #expect(activity.isRunning)
            now += 2 * minute
            activity.ended(now: now)
            now += 60 * minute + minute / 2
        }
        #expect(activity.windows(now: now, policy: .ours).preWarmMinutes == 54)
    }

    @Test func `what is cheap to start again, unused for long and large is given up first`() {
        func activity(startMilliseconds: UInt64) -> FunctionActivity {
            var activity = FunctionActivity()
            activity.started(nanoseconds: startMilliseconds * 1_000_000)
            activity.began(now: 0, policy: .ours)
            activity.ended(now: 0)
            return activity
        }
        let (slow, fast) = (activity(startMilliseconds: 500), activity(startMilliseconds: 5))
        let second: UInt64 = 1_000_000_000
        #expect(slow.benefit(now: second, residentMiB: 30) > fast.benefit(now: second, residentMiB: 30))
        #expect(slow.benefit(now: second, residentMiB: 30) > slow.benefit(now: 100 * second, residentMiB: 30))
        #expect(slow.benefit(now: second, residentMiB: 30) > slow.benefit(now: second, residentMiB: 300))
    }

    @Test func `under memory pressure as many are ended as give back what is wanted`() {
        #expect(MemoryPressure.wantedMiB(availableMiB: 300, totalMiB: 4096) == 0)
        #expect(MemoryPressure.wantedMiB(availableMiB: 200, totalMiB: 4096) == 56)
        #expect(MemoryPressure.wantedMiB(availableMiB: 1000, totalMiB: 65_536) == 2276)
        let idle = [(id: "a", benefit: 3.0, residentMiB: 50), ("b", 1.0, 30), ("c", 2.0, 30), ("d", 9.0, 30)]
        #expect(MemoryPressure.victims(idle, wantedMiB: 56) == ["b", "c"])
        #expect(MemoryPressure.victims(idle, wantedMiB: 0) == [])
        let memory = MemoryPressure.read(meminfo: "MemTotal:  2097152 kB\nMemFree: 1 kB\nMemAvailable:   524288 kB\n")
        #expect(memory?.totalMiB == 2048 && memory?.availableMiB == 512)
        #expect(MemoryPressure.read(meminfo: "") == nil)
    }

    @Test func `a function grows by at most 1,000 environments in ten seconds`() {
        var budget = StartBudget(now: 0)
        for _ in 0..<1000 { budget.take(now: 0) }
        #expect(budget.available(now: 0) == 0)
        #expect(budget.available(now: 1_000_000_000) == 100)
        #expect(budget.available(now: 60_000_000_000) == 1000)
    }
}
