/// How fast a bucket fills, and how much it holds.
package struct FillRate: Equatable, Sendable {
    package var unitsPerSecond: Double
    /// Seconds for which what is not used is kept.
    package var burstSeconds: Double

    package init(unitsPerSecond: Double, burstSeconds: Double) {
        self.unitsPerSecond = unitsPerSecond
        self.burstSeconds = burstSeconds
    }

    package var capacity: Double { self.unitsPerSecond * self.burstSeconds }
}

/// What may be used of something that is limited by the second.
///
/// A use is let in while anything is left, and may take more than that, since its price is often known afterwards only: what is
/// owed then is filled up before the next. So over time no more is used than the rate gives, and a use that is dearer than the
/// whole bucket is possible. Times are those of a monotonic clock in nanoseconds.
package struct TokenBucket: Sendable {
    package private(set) var level: Double
    private var rate: FillRate
    private var filled: UInt64

    /// - Parameter unusedSeconds: how long nothing was used before it was made; at least one second counts.
    package init(_ rate: FillRate, unusedSeconds: Double, now: UInt64) {
        self.rate = rate
        self.level = rate.unitsPerSecond * min(rate.burstSeconds, max(1, unusedSeconds))
        self.filled = now
    }

    package var isEmpty: Bool { self.level <= 0 }
    package var isFull: Bool { self.level >= self.rate.capacity }

    /// Fills up to `now`. Another rate counts from now on: the level stays, as far as there is room for it.
    package mutating func fill(at rate: FillRate, now: UInt64) {
        self.fill(now: now)
        guard rate != self.rate else { return }
        self.rate = rate
        self.level = min(self.level, rate.capacity)
    }

    package mutating func fill(now: UInt64) {
        guard now > self.filled else { return }
        let seconds = Double(now - self.filled) / 1_000_000_000
        self.level = min(self.rate.capacity, self.level + seconds * self.rate.unitsPerSecond)
        self.filled = now
    }

    package mutating func take(_ units: Double) { self.level -= units }
    package mutating func giveBack(_ units: Double) { self.level = min(self.rate.capacity, self.level + units) }
}
