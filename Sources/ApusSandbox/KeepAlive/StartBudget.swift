/// How fast a function may grow: "1,000 execution environment instances every 10 seconds" for each function (Lambda developer guide,
/// scaling behaviour), "refilled continuously". A value; times are monotonic nanoseconds.
package struct StartBudget: Sendable {
    package static let starts = 1000
    package static let periodNanoseconds: UInt64 = 10_000_000_000

    private let most: Double
    private var left: Double
    private var since: UInt64

    package init(now: UInt64, starts: Int = Self.starts) {
        self.most = Double(starts)
        self.left = self.most
        self.since = now
    }

    /// How many environments may be started now.
    package func available(now: UInt64) -> Int { Int(self.level(now: now)) }

    /// An environment is started.
    package mutating func take(now: UInt64) {
        self.left = max(0, self.level(now: now) - 1)
        self.since = now
    }

    private func level(now: UInt64) -> Double {
        let refilled = Double(now &- self.since) / Double(Self.periodNanoseconds) * self.most
        return min(self.most, self.left + refilled)
    }
}
