/// How much an environment may log: a bucket of bytes that fills over time. What does not fit is dropped and counted, so that
/// endless output costs bounded memory and the reader of the log sees that something is missing.
package struct LogBudget: Sendable {
    private let burst: Int
    private let bytesPerSecond: Int
    private var available: Int
    private var filledAt: UInt64
    private var dropped = 0
    private var droppedBytes = 0

    package init(
        now: UInt64, burst: Int = SandboxLimits.logBurstBytes, bytesPerSecond: Int = SandboxLimits.logBytesPerSecond
    ) {
        self.burst = burst
        self.bytesPerSecond = bytesPerSecond
        self.available = burst
        self.filledAt = now
    }

    /// Whether a record of `bytes` may be logged now.
    package mutating func take(_ bytes: Int, now: UInt64) -> Bool {
        if self.available < self.burst { self.fill(now: now) }
        // Once something has been dropped, wait until an eighth is free: one notice for many lines, not one for each.
        let needed = self.dropped == 0 ? bytes : max(bytes, self.burst / 8)
        guard self.available >= needed else {
            self.dropped += 1
            self.droppedBytes += bytes
            return false
        }
        self.available -= bytes
        return true
    }

    /// What to tell about the records dropped since the last call; nil when there were none.
    package mutating func notice() -> PlatformEvent? {
        guard self.dropped > 0 else { return nil }
        defer { (self.dropped, self.droppedBytes) = (0, 0) }
        return .logsDropped(records: self.dropped, bytes: self.droppedBytes)
    }

    private mutating func fill(now: UInt64) {
        let elapsed = now > self.filledAt ? now - self.filledAt : 0
        let gained = Double(elapsed) * Double(self.bytesPerSecond) / 1e9
        guard gained >= 1 else { return }
        self.available = Int(min(Double(self.burst), Double(self.available) + gained))
        self.filledAt = now
    }
}
