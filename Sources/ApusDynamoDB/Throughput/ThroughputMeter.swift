internal import ApusBase
package import ApusService
internal import Synchronization

/// What one request takes of one table's throughput, and of that of its global indexes.
///
/// It is taken at once, so that the next request sees it, and given back when the meter goes without `keep`: when a request fails,
/// or a transaction does not commit. A meter for writing keeps with the commit.
package final class ThroughputMeter: Sendable {
    private struct Taken {
        var bucket: Allowance.BucketName
        var units: Double
    }

    private let table: OpenTable
    private let allowance: Allowance
    private let now: UInt64
    private let taken = Mutex<[Taken]>([])

    fileprivate init(_ table: OpenTable, _ allowance: Allowance, now: UInt64) {
        self.table = table
        self.allowance = allowance
        self.now = now
    }

    deinit {
        for taken in self.taken.withLock({ $0 }) { self.allowance.giveBack(taken.units, to: taken.bucket) }
    }

    /// What was taken stays taken.
    package func keep() { self.taken.withLock { $0.removeAll() } }

    /// What speaks against a request: nothing left of what the table has, or the global index that it reads.
    package func throttling(_ direction: Consumption.Direction, of index: IndexRecord? = nil) -> Throttling? {
        let index = index?.kind == .global ? index : nil
        let limit = ThroughputLimit(direction, index, of: self.table.record)
        let bucket = self.bucket(direction, index)
        guard self.allowance.isEmpty(bucket, at: limit.rate, now: self.now) else { return nil }
        let reference = self.table.reference
        return Throttling(
            limit: limit.kind, direction: direction,
            resource: index.map { reference.arn(ofIndex: $0.name) } ?? reference.arn, isIndex: index != nil)
    }

    /// What speaks against a write whose price is known: nothing left of what a global index has that it changes.
    package func throttling(writing consumption: Consumption) -> Throttling? {
        guard !consumption.global.isEmpty else { return nil }
        for index in self.table.record.indexes where consumption.global[index.name] != nil {
            if let throttling = self.throttling(.write, of: index) { return throttling }
        }
        return nil
    }

    /// Takes the price. What goes to local indexes is the table's.
    package func take(_ consumption: Consumption, _ direction: Consumption.Direction) {
        self.take(consumption.table + consumption.local.values.reduce(0, +), direction)
        guard !consumption.global.isEmpty else { return }
        for index in self.table.record.indexes {
            guard let units = consumption.global[index.name] else { continue }
            self.take(units, direction, of: index)
        }
    }

    /// Takes a price of the table alone, for good.
    package func spend(_ units: Double, _ direction: Consumption.Direction) {
        self.take(units, direction)
        self.keep()
    }

    package func take(_ units: Double, _ direction: Consumption.Direction, of index: IndexRecord? = nil) {
        guard units > 0 else { return }
        let limit = ThroughputLimit(direction, index, of: self.table.record)
        let bucket = self.bucket(direction, index)
        self.allowance.take(units, from: bucket, at: limit.rate, now: self.now)
        self.taken.withLock { $0.append(Taken(bucket: bucket, units: units)) }
    }

    private func bucket(_ direction: Consumption.Direction, _ index: IndexRecord?) -> Allowance.BucketName {
        Allowance.BucketName(part: index?.id ?? self.table.id, use: direction == .read ? 0 : 1)
    }
}

extension Call {
    /// The meter of a table; nil where throughput is not enforced. One for writing is kept with the commit, whatever the answer.
    package mutating func meter(of table: OpenTable, for direction: Consumption.Direction) -> ThroughputMeter? {
        guard let allowances = self.host.allowances else { return nil }
        let now = self.host.clock.monotonicNanoseconds
        // Of a table that this process has not seen, nothing is known to have been used since it was made.
        let allowance = allowances.allowance(
            of: table.id, now: now, unusedSeconds: Double(self.now - table.record.created) / 1_000)
        let meter = ThroughputMeter(table, allowance, now: now)
        if direction == .write { self.afterCommit { meter.keep() } }
        return meter
    }

    /// Forgets what was used of a table that is no more.
    package mutating func forgetThroughput(of table: UInt64) {
        guard let allowances = self.host.allowances else { return }
        self.afterCommit { allowances.forget(table) }
    }
}
