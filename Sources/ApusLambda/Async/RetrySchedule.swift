package import ApusBase

/// When an event is tried again.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: function errors twice more,
/// after one and two minutes; throttling and system errors for six hours, from one second to five minutes apart.
package enum RetrySchedule {
    package static let functionRetries = 2
    package static let maximumAgeMilliseconds: Int64 = 6 * 3_600_000

    /// What came of one delivery that did not succeed.
    package enum Failure: Sendable, Equatable { case function, system }

    /// Counts `failure` in the record and says when to try next; nil: never.
    package static func next(
        _ record: inout InvocationRecord, after failure: Failure, now: Timestamp
    ) -> Timestamp? {
        let due: Timestamp
        switch failure {
        case .function:
            record.functionErrors += 1
            record.systemErrors = 0
            guard record.functionErrors <= Self.functionRetries else { return nil }
            due = now + Int64(record.functionErrors) * 60_000
        case .system:
            record.systemErrors += 1
            due = now + min(1000 << Int64(min(record.systemErrors - 1, 20)), 300_000)
        }
        return due <= record.enqueued + Self.maximumAgeMilliseconds ? due : nil
    }
}
