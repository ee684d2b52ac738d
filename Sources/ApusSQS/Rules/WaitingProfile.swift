package import ApusBase

/// Where in time a queue's waiting entries (delayed, or in flight) lie: a few disjoint intervals with the number of
/// entries in each, kept in the queue's state.
///
/// Deleting a message takes its entry out of the middle of the waiting list, and in a store that keeps tombstones
/// whoever looks for the first entry afterwards walks over all that was taken out before it: at 10,000 messages a
/// second and a visibility time-out of 30 seconds 300,000 of them. The profile knows which stretches are empty, so that
/// a look begins in one that is not, and mostly needs no look at all: the earliest interval's start is when something
/// next comes due. A single head position, moved on by every delete, was the alternative; it costs a seek for each
/// delete of the first entry, and one entry that stays keeps it from ever moving.
///
/// Invariant: every entry of the waiting list lies in exactly one interval and is counted there.
package struct WaitingProfile: Equatable, Sendable {
    /// `start ... end`, both the time of an entry at some moment; `count` entries are in it now, at least one.
    package struct Interval: Equatable, Sendable {
        package var start: Timestamp
        package var end: Timestamp
        package var count: Int
    }
    /// The longest stretch that an interval grows to by itself. Milliseconds.
    private static let width: Int64 = 1_000
    /// More intervals than these are joined.
    private static let limit = 16

    /// In the order of time.
    package private(set) var intervals: [Interval] = []

    package init() {}
    package init(intervals: [Interval]) { self.intervals = intervals }

    /// The number of entries.
    package var count: Int { self.intervals.reduce(0) { $0 + $1.count } }

    /// No entry is before this; nil when there is none at all.
    package var start: Timestamp? { self.intervals.first?.start }

    /// Notes a new entry.
    package mutating func insert(_ time: Timestamp) {
        let next = self.intervals.firstIndex { $0.end >= time } ?? self.intervals.count
        if next < self.intervals.count, self.intervals[next].start <= time {
            self.intervals[next].count += 1
        } else if next > 0, time.milliseconds - self.intervals[next - 1].start.milliseconds < Self.width {
            self.intervals[next - 1].end = time
            self.intervals[next - 1].count += 1
        } else if next < self.intervals.count,
            self.intervals[next].end.milliseconds - time.milliseconds < Self.width
        {
            self.intervals[next].start = time
            self.intervals[next].count += 1
        } else {
            self.intervals.insert(Interval(start: time, end: time, count: 1), at: next)
            if self.intervals.count > Self.limit { self.join() }
        }
    }

    /// Notes that an entry is gone. False when it was never noted.
    package mutating func remove(_ time: Timestamp) -> Bool {
        guard let index = self.intervals.firstIndex(where: { $0.end >= time && $0.start <= time }) else { return false }
        self.intervals[index].count -= 1
        if self.intervals[index].count <= 0 { self.intervals.remove(at: index) }
        return true
    }

    /// Notes that no entry is before `time`, as a look found out.
    package mutating func begin(at time: Timestamp) {
        guard let first = self.intervals.first, first.start < time, time <= first.end else { return }
        self.intervals[0].start = time
    }

    /// Joins the two neighbours between which least time lies, but not the first interval: that is where looks begin.
    private mutating func join() {
        var best = 1
        var least = Int64.max
        for index in 1..<self.intervals.count - 1 {
            let span = self.intervals[index + 1].end.milliseconds - self.intervals[index].start.milliseconds
            if span < least {
                least = span
                best = index
            }
        }
        self.intervals[best].end = self.intervals[best + 1].end
        self.intervals[best].count += self.intervals[best + 1].count
        self.intervals.remove(at: best + 1)
    }
}
