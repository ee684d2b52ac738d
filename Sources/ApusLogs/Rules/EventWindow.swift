package import ApusBase

/// Which events of a batch are taken: those neither too old, nor too far in the future, nor past the group's retention.
package struct EventWindow: Sendable, Equatable {
    /// The batch's events are in order of time: those before `accepted.lowerBound` are too old or expired.
    package var accepted: Range<Int>
    package var tooOldEnd: Int?
    package var expiredEnd: Int?
    package var tooNewStart: Int?

    /// - Parameter times: in ascending order.
    package init(times: [Timestamp], now: Timestamp, retentionDays: Int?) {
        let oldest = now - LogsLimits.oldestMilliseconds
        let newest = now + LogsLimits.newestMilliseconds
        let expiry = retentionDays.map { now - Int64($0) * Timestamp.dayMilliseconds }
        let old = times.prefix { $0 < oldest }.count
        let expired = expiry.map { limit in times.prefix { $0 < limit }.count } ?? 0
        let new = times.firstIndex { $0 > newest } ?? times.count
        self.tooOldEnd = old > 0 ? old : nil
        self.expiredEnd = expired > 0 ? expired : nil
        self.tooNewStart = new < times.count ? new : nil
        let start = max(old, expired)
        self.accepted = start..<max(start, new)
    }
}
