internal import Synchronization

/// What may still be used of each thing that is limited by the second, in this process: nothing of it is stored.
///
/// A thing is known by an id that is never used again. Its allowance is made at its first use, and forgotten with the thing, or
/// when there are many and it is full, which is how it is made anew. So memory follows what was used in the last minutes.
package final class Allowances: Sendable {
    private struct Book {
        var allowances: [UInt64: Allowance] = [:]
        /// With so many, those that are full are let go.
        var sweepAt = Allowances.leastSwept
    }
    private static let leastSwept = 1_024
    private let book = Mutex(Book())

    package init() {}

    package var count: Int { self.book.withLock { $0.allowances.count } }

    /// The allowance of a thing. O(1), but for a sweep of all when there are twice as many as after the last.
    ///
    /// - Parameter unusedSeconds: how long the thing has been there without use, as far as is known; counts at the first use.
    package func allowance(
        of id: UInt64, now: UInt64, unusedSeconds: Double
    ) -> Allowance {
        self.book.withLock { book in
            if let known = book.allowances[id] { return known }
            if book.allowances.count >= book.sweepAt {
                book.allowances = book.allowances.filter { !$0.value.isFull(now: now) }
                book.sweepAt = max(Self.leastSwept, 2 * book.allowances.count)
            }
            let made = Allowance(unusedSeconds: unusedSeconds, now: now)
            book.allowances[id] = made
            return made
        }
    }

    package func forget(_ id: UInt64) { self.book.withLock { _ = $0.allowances.removeValue(forKey: id) } }
}

/// The buckets of one thing, made as they are used.
package final class Allowance: Sendable {
    /// Names a bucket: a part of the thing, and what is done with it.
    package struct BucketName: Equatable, Sendable {
        package var part: UInt64
        package var use: UInt8

        package init(part: UInt64, use: UInt8) {
            self.part = part
            self.use = use
        }
    }

    private struct Entry {
        let name: BucketName
        var bucket: TokenBucket
    }

    /// With so many buckets, those that are full are let go: parts come and go with the thing's settings.
    private static let sweptBuckets = 64
    private let unusedSeconds: Double
    private let made: UInt64
    private let entries = Mutex<[Entry]>([])

    init(unusedSeconds: Double, now: UInt64) {
        self.unusedSeconds = unusedSeconds
        self.made = now
    }

    var count: Int { self.entries.withLock { $0.count } }

    /// Whether there is nothing left in a bucket. O(buckets).
    package func isEmpty(_ name: BucketName, at rate: FillRate, now: UInt64) -> Bool {
        self.change(name, at: rate, now: now) { $0.isEmpty }
    }

    package func take(_ units: Double, from name: BucketName, at rate: FillRate, now: UInt64) {
        self.change(name, at: rate, now: now) { $0.take(units) }
    }

    /// Takes back a `take` of something that did not come about.
    package func giveBack(_ units: Double, to name: BucketName) {
        self.entries.withLock { entries in
            for place in entries.indices where entries[place].name == name { entries[place].bucket.giveBack(units) }
        }
    }

    func isFull(now: UInt64) -> Bool {
        self.entries.withLock { entries in
            for place in entries.indices { entries[place].bucket.fill(now: now) }
            return entries.allSatisfy { $0.bucket.isFull }
        }
    }

    private func change<Result: Sendable>(
        _ name: BucketName, at rate: FillRate, now: UInt64, _ body: (inout TokenBucket) -> Result
    ) -> Result {
        self.entries.withLock { entries in
            if let place = entries.firstIndex(where: { $0.name == name }) {
                entries[place].bucket.fill(at: rate, now: now)
                return body(&entries[place].bucket)
            }
            if entries.count >= Self.sweptBuckets {
                for place in entries.indices { entries[place].bucket.fill(now: now) }
                entries.removeAll { $0.bucket.isFull }
            }
            let seconds = self.unusedSeconds + Double(max(now, self.made) - self.made) / 1_000_000_000
            entries.append(Entry(name: name, bucket: TokenBucket(rate, unusedSeconds: seconds, now: now)))
            return body(&entries[entries.count - 1].bucket)
        }
    }
}
