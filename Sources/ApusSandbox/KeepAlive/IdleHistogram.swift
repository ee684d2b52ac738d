/// How long a function was idle between events: counts by the minute, over four hours, as in "Serverless in the Wild" (Shahrad et
/// al., USENIX ATC 2020, section 4.2). A value of about 1 KiB.
package struct IdleHistogram: Equatable, Sendable {
    /// "The histogram's range: 4 hours", "bin: 1 minute" (section 4.2 and figure 13).
    package static let minutes = 240

    private var counts: [UInt32] = Array(repeating: 0, count: Self.minutes)
    /// Idle times within the range.
    package private(set) var inside = 0
    /// Idle times of more than four hours.
    package private(set) var outside = 0
    /// The sum of the squares of all counts: with the sum it tells their variance without a look at each.
    private var squares: Double = 0

    package init() {}

    package var total: Int { self.inside + self.outside }

    /// Counts one idle time. O(1).
    package mutating func add(idleMinutes minutes: Double) {
        guard minutes < Double(Self.minutes) else {
            self.outside += 1
            return
        }
        let bin = max(0, Int(minutes))
        self.squares += Double(2 * self.counts[bin] + 1)
        self.counts[bin] += 1
        self.inside += 1
        if self.inside >= Self.memory { self.halve() }
    }

    /// Past so many idle times what is old counts half: a function that changed its ways is believed after a while.
    static let memory = 4096

    private mutating func halve() {
        self.inside = 0
        self.squares = 0
        for index in self.counts.indices {
            self.counts[index] /= 2
            self.inside += Int(self.counts[index])
            self.squares += Double(self.counts[index]) * Double(self.counts[index])
        }
        self.outside /= 2
    }

    /// The coefficient of variation of the counts: 0 where all idle times are equally likely, 15.5 where all are the same.
    package var variation: Double {
        guard self.inside > 0 else { return 0 }
        let bins = Double(Self.minutes)
        let mean = Double(self.inside) / bins
        return (max(0, self.squares / bins - mean * mean)).squareRoot() / mean
    }

    /// The minute below which `share` of the idle times within the range lie: the lower edge of its bin, and the upper. Nil without
    /// any. O(240).
    package func quantile(_ share: Double) -> (lower: Int, upper: Int)? {
        guard self.inside > 0 else { return nil }
        let wanted = max(1, (share * Double(self.inside)).rounded(.up))
        var seen = 0.0
        for (minute, count) in self.counts.enumerated() where count > 0 {
            seen += Double(count)
            if seen >= wanted { return (minute, minute + 1) }
        }
        return (Self.minutes - 1, Self.minutes)
    }
}
