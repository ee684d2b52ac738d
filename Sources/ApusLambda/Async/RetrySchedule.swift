package import ApusBase

/// When an event is tried again.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: function errors twice more,
/// after one and two minutes; throttling and system errors for six hours, from one second to five minutes apart. Both limits
/// can be set for a function.
package enum RetrySchedule {
    package struct Limits: Sendable, Equatable {
        package var functionRetries = 2
        package var maximumAgeMilliseconds: Int64 = 6 * 3_600_000

        package init() {}
    }

    /// What came of one delivery that did not succeed.
    package enum Failure: Sendable, Equatable { case function, system }

    package enum Next: Sendable, Equatable {
        case retry(Timestamp)
        case over(DestinationRecord.Condition)
    }

    /// Milliseconds until the next try after so many failures in a row, the first being 1: a second, then twice as long each
    /// time, up to five minutes.
    static func systemPause(after failures: Int) -> Int64 { min(1000 << Int64(min(failures - 1, 20)), 300_000) }

    /// Counts `failure` in the record and says what is next.
    package static func next(
        _ record: inout InvocationRecord, after failure: Failure, limits: Limits = Limits(), now: Timestamp
    ) -> Next {
        let due: Timestamp
        switch failure {
        case .function:
            record.functionErrors += 1
            record.systemErrors = 0
            guard record.functionErrors <= limits.functionRetries else { return .over(.retriesExhausted) }
            due = now + Int64(record.functionErrors) * 60_000
        case .system:
            record.systemErrors += 1
            due = now + Self.systemPause(after: record.systemErrors)
        }
        return due <= record.enqueued + limits.maximumAgeMilliseconds ? .retry(due) : .over(.eventAgeExceeded)
    }
}
