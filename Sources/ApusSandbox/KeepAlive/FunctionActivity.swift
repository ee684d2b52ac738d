/// When one function was busy and when idle, and what starting it costs: what keeping its environments is decided by. A value;
/// times are monotonic nanoseconds.
package struct FunctionActivity: Sendable {
    package private(set) var history = FunctionHistory()
    private var running = 0
    private var idleSince: UInt64?
    private var windows: (value: KeepAliveWindows, at: UInt64)?
    /// The mean of what starts took; nil before the first.
    package private(set) var startMilliseconds: Double?

    private let minuteNanoseconds: Double

    /// `minuteNanoseconds`: how long a minute of the policy lasts; tests have less time.
    package init(minuteNanoseconds: Double = 60e9) { self.minuteNanoseconds = minuteNanoseconds }

    /// Whether an event is being handled.
    package var isRunning: Bool { self.running > 0 }

    /// An event came.
    package mutating func began(now: UInt64, policy: KeepAlivePolicy) {
        if self.running == 0, let idleSince = self.idleSince, case .hybrid(let parameters) = policy {
            self.history.idled(minutes: Double(now &- idleSince) / self.minuteNanoseconds, parameters: parameters)
        }
        self.running += 1
    }

    /// An event has been handled, or refused.
    package mutating func ended(now: UInt64) {
        self.running = max(0, self.running - 1)
        if self.running == 0 { self.idleSince = now }
    }

    /// An environment took this long to be ready.
    package mutating func started(nanoseconds: UInt64) {
        let milliseconds = Double(nanoseconds) / 1e6
        self.startMilliseconds = self.startMilliseconds.map { $0 * 0.75 + milliseconds * 0.25 } ?? milliseconds
    }

    /// What is to be done with an environment that has become idle. Windows change little from one event to the next: they are
    /// worked out at most once a second.
    package mutating func windows(now: UInt64, policy: KeepAlivePolicy) -> KeepAliveWindows {
        if let windows = self.windows, Double(now &- windows.at) < self.minuteNanoseconds / 60 { return windows.value }
        let value = self.history.windows(policy)
        self.windows = (value, now)
        return value
    }

    /// What an idle environment is worth: the start that it saves, by how often that is to be expected, for each MiB that it holds.
    /// A function that has not been used for a while will not be for as long again (Lindy's law): the rate is one by the time that
    /// it has been idle.
    package func benefit(now: UInt64, residentMiB: Int) -> Double {
        let idleSeconds = Double(self.idleSince.map { now &- $0 } ?? 0) / 1e9
        return (self.startMilliseconds ?? 100) / (idleSeconds + 1) / Double(max(1, residentMiB))
    }
}
