internal import Synchronization

/// A clock that stands still until it is told otherwise; for tests and simulations.
package final class ManualClock: Clock {
    private struct Reading {
        var now: Timestamp
        var monotonicNanoseconds: UInt64
    }
    private let reading: Mutex<Reading>

    package init(_ now: Timestamp = Timestamp(milliseconds: 0)) {
        self.reading = Mutex(Reading(now: now, monotonicNanoseconds: 0))
    }

    package var now: Timestamp { self.reading.withLock { $0.now } }
    package var monotonicNanoseconds: UInt64 { self.reading.withLock { $0.monotonicNanoseconds } }

    /// Steps the wall clock to `now`, forth or back, as an administrator would; the monotonic clock stays.
    package func set(_ now: Timestamp) { self.reading.withLock { $0.now = now } }

    /// Lets time pass on both clocks. `milliseconds` must not be negative.
    package func advance(milliseconds: Int64) {
        precondition(milliseconds >= 0, "Time passes forwards; use set(_:) to step the wall clock back.")
        self.reading.withLock {
            $0.now = $0.now + milliseconds
            $0.monotonicNanoseconds += UInt64(milliseconds) * 1_000_000
        }
    }
}
