/// How often requests took how long, in fixed buckets.
package struct DurationHistogram: Sendable {
    /// Upper bounds, inclusive, as Prometheus has them. From a cached read to the longest long poll and a slow function.
    package static let boundsNanoseconds: [UInt64] = [
        25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
        20_000_000_000,
        60_000_000_000,
    ]

    /// One more than there are bounds: the last counts what took longer. Not cumulative.
    package private(set) var buckets: [UInt64] = Array(repeating: 0, count: Self.boundsNanoseconds.count + 1)
    package private(set) var totalNanoseconds: UInt64 = 0

    package init() {}

    package var count: UInt64 { self.buckets.reduce(0, +) }

    mutating func add(nanoseconds: UInt64) {
        // Half of all requests end in the first six buckets, so that halving would look no less often.
        let index = Self.boundsNanoseconds.firstIndex { nanoseconds <= $0 } ?? Self.boundsNanoseconds.count
        self.buckets[index] += 1
        self.totalNanoseconds &+= nanoseconds
    }
}
