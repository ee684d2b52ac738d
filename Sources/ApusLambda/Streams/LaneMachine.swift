package import ApusBase

/// How the records of one lane of a shard are got through: retried, halved, given up. In their order: nothing is run before
/// what lies ahead of it is done. Indices are those of the lane's records.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html. Halving does not count as a retry,
/// so that one bad record is found before any is given up; where the function reports a record, what lies before it is done and
/// the rest is tried again. Throttling and system errors count as no retry, since the function never saw the records.
package struct LaneMachine: Sendable, Equatable {
    package enum Answer: Sendable, Equatable {
        case success
        /// The function failed all of it.
        case failure
        /// The function reported records; the first of them.
        case failed(first: Int)
        /// The function did not run.
        case system
    }
    package enum Condition: String, Sendable, Equatable {
        case retryAttemptsExhausted = "RetryAttemptsExhausted"
        case recordAgeExceeded = "RecordAgeExceeded"
    }
    package enum Action: Sendable, Equatable {
        case run(Range<Int>)
        /// Tell the destination, then ask again.
        case giveUp(Range<Int>, Condition, invocations: Int)
        case done
    }
    private struct Part: Sendable, Equatable {
        var range: Range<Int>
        var failures = 0
        var isGivenUp = false
    }
    private let arrivals: [Timestamp]
    private let bisects: Bool
    private let retries: Int?
    private let ageMilliseconds: Int64?
    private var parts: [Part]
    /// Attempts that failed one after the other, for the pause before the next.
    package private(set) var failuresInARow = 0

    /// - Parameter batchSize: records that one invocation gets at most.
    package init(arrivals: [Timestamp], batchSize: Int, bisects: Bool, retries: Int?, ageSeconds: Int?) {
        self.arrivals = arrivals
        self.bisects = bisects
        self.retries = retries
        self.ageMilliseconds = ageSeconds.map { Int64($0) * 1000 }
        self.parts = stride(from: 0, to: arrivals.count, by: batchSize).map {
            Part(range: $0..<min($0 + batchSize, arrivals.count))
        }
    }

    package mutating func next(now: Timestamp) -> Action {
        guard let part = self.parts.first else { return .done }
        if part.isGivenUp {
            self.parts.removeFirst()
            return .giveUp(part.range, .retryAttemptsExhausted, invocations: part.failures)
        }
        if let age = self.ageMilliseconds {
            let old = part.range.prefix { self.arrivals[$0] + age < now }
            if !old.isEmpty {
                self.keep(from: old.endIndex)
                return .giveUp(old.startIndex..<old.endIndex, .recordAgeExceeded, invocations: part.failures)
            }
        }
        return .run(part.range)
    }

    /// What came of the range that `next` gave last.
    package mutating func ended(_ answer: Answer) {
        guard let part = self.parts.first else { return }
        switch answer {
        case .success:
            self.failuresInARow = 0
            self.parts.removeFirst()
        case .system: self.failuresInARow += 1
        case .failed(let first) where part.range.contains(first) && first > part.range.lowerBound:
            self.failuresInARow = 1
            self.keep(from: first)
            self.count()
        case .failure, .failed:
            self.failuresInARow += 1
            if self.bisects, part.range.count > 1 {
                let middle = part.range.lowerBound + part.range.count / 2
                self.parts[0].range = part.range.lowerBound..<middle
                self.parts.insert(Part(range: middle..<part.range.upperBound, failures: part.failures), at: 1)
            } else {
                self.count()
            }
        }
    }

    private mutating func count() {
        self.parts[0].failures += 1
        if let retries, self.parts[0].failures > retries { self.parts[0].isGivenUp = true }
    }

    private mutating func keep(from index: Int) {
        self.parts[0].range = index..<self.parts[0].range.upperBound
        if self.parts[0].range.isEmpty { self.parts.removeFirst() }
    }
}
