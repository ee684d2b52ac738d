import Testing

@testable import ApusService

@Suite struct AllowanceTests {
    private static let second: UInt64 = 1_000_000_000
    private let rate = FillRate(unitsPerSecond: 10, burstSeconds: 300)
    private let name = Allowance.BucketName(part: 1, use: 0)

    @Test func `a bucket begins with what was not used, and holds no more than its burst`() {
        #expect(TokenBucket(self.rate, unusedSeconds: 0, now: 0).level == 10)
        #expect(TokenBucket(self.rate, unusedSeconds: 7, now: 0).level == 70)
        var full = TokenBucket(self.rate, unusedSeconds: 1_000, now: 0)
        #expect(full.level == 3_000 && full.isFull)
        full.fill(now: Self.second)
        #expect(full.level == 3_000)
    }

    @Test func `what is owed is filled up first`() {
        var bucket = TokenBucket(self.rate, unusedSeconds: 0, now: 0)
        bucket.take(40)
        #expect(bucket.isEmpty)
        bucket.fill(now: 3 * Self.second)
        #expect(bucket.isEmpty)
        bucket.fill(now: 3 * Self.second + Self.second / 2)
        #expect(!bucket.isEmpty)
        #expect(bucket.level == 5)
    }

    @Test func `another rate counts from now on, and the level stays as far as there is room`() {
        var bucket = TokenBucket(self.rate, unusedSeconds: 100, now: 0)
        bucket.fill(at: FillRate(unitsPerSecond: 20, burstSeconds: 300), now: Self.second)
        #expect(bucket.level == 1_010)
        bucket.fill(at: FillRate(unitsPerSecond: 1, burstSeconds: 300), now: 2 * Self.second)
        #expect(bucket.level == 300)
    }

    @Test func `time that goes back fills nothing`() {
        var bucket = TokenBucket(self.rate, unusedSeconds: 0, now: Self.second)
        bucket.fill(now: 0)
        #expect(bucket.level == 10)
        bucket.fill(now: 2 * Self.second)
        #expect(bucket.level == 20)
    }

    @Test func `a forgotten allowance begins anew`() {
        let allowances = Allowances()
        allowances.allowance(of: 7, now: 0, unusedSeconds: 0).take(10, from: self.name, at: self.rate, now: 0)
        #expect(
            allowances.allowance(of: 7, now: 0, unusedSeconds: 0).isEmpty(self.name, at: self.rate, now: 0))
        allowances.forget(7)
        #expect(allowances.count == 0)
        #expect(
            !allowances.allowance(of: 7, now: 0, unusedSeconds: 0).isEmpty(self.name, at: self.rate, now: 0))
    }

    @Test func `what is full is let go, what is not stays`() {
        let allowances = Allowances()
        for id in 0..<10_000 as Range<UInt64> {
            let allowance = allowances.allowance(of: id, now: 0, unusedSeconds: 1_000)
            allowance.take(id % 1_000 == 0 ? 3_000 : 0, from: self.name, at: self.rate, now: 0)
        }
        #expect(allowances.count < 3_000)
        for id in stride(from: 0, to: 9_000, by: 1_000) as StrideTo<UInt64> {
            #expect(
                allowances.allowance(of: id, now: 0, unusedSeconds: 1_000).isEmpty(self.name, at: self.rate, now: 0))
        }
    }

    @Test func `buckets of parts that are no more do not pile up`() {
        let allowance = Allowance(unusedSeconds: 1_000, now: 0)
        allowance.take(3_000, from: self.name, at: self.rate, now: 0)
        for part in 2..<10_000 as Range<UInt64> {
            let other = Allowance.BucketName(part: part, use: 0)
            #expect(!allowance.isEmpty(other, at: self.rate, now: 0))
        }
        #expect(allowance.count <= 64)
        #expect(allowance.isEmpty(self.name, at: self.rate, now: 0))
    }
}
