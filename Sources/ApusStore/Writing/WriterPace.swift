/// How fast the writer has answered bodies lately, and so how long one more would wait. A value; times are nanoseconds of a
/// monotonic clock.
struct WriterPace {
    /// Bodies answered while the writer had work, and for how long it had: of the last half second or so.
    private var bodies: UInt64 = 0
    private var busy: UInt64 = 0
    /// Since when there was work without an answer.
    private var waitingSince: UInt64?
    /// After so much work what came before counts half.
    private static let memory: UInt64 = 250_000_000

    /// There is work now. Without effect while there was some before.
    mutating func began(now: UInt64) { if self.waitingSince == nil { self.waitingSince = now } }

    /// `count` bodies were answered; `remaining` are not.
    mutating func answered(_ count: Int, remaining: Int, now: UInt64) {
        if let since = self.waitingSince { self.busy += now - min(since, now) }
        self.bodies += UInt64(count)
        self.waitingSince = remaining > 0 ? now : nil
        while self.busy > Self.memory {
            self.busy /= 2
            self.bodies /= 2
        }
    }

    /// How long a body would wait behind `waiting` others: as long as they take at the recent pace, and no shorter than nobody
    /// has been answered for (a disk that stands still).
    func nanoseconds(behind waiting: Int, now: UInt64) -> UInt64 {
        let atPace = self.bodies > 0 ? self.busy * UInt64(waiting) / self.bodies : 0
        return max(atPace, self.waitingSince.map { now - min($0, now) } ?? 0)
    }
}
