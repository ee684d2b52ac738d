/// A point in time in milliseconds since 1970-01-01 UTC, the resolution of every AWS API that has one.
///
/// Arithmetic and conversion saturate at the ends of the range instead of trapping, because offsets come from requests.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package static let dayMilliseconds: Int64 = 86_400_000

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Whole seconds since 1970-01-01 UTC.
    package init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        self.milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Seconds since 1970-01-01 UTC, rounded to the nearest millisecond; NaN counts as 0.
    @_disfavoredOverload
    package init(seconds: Double) {
        let scaled: Double = (seconds * 1000).rounded()
        if let exact = Int64(exactly: scaled) {
            self.milliseconds = exact
        } else if scaled.isNaN {
            self.milliseconds = 0
        } else {
            self.milliseconds = scaled < 0 ? .min : .max
        }
    }

    /// Seconds since 1970-01-01 UTC with the milliseconds as fraction.
    package var epochSeconds: Double { Double(self.milliseconds) / 1000 }

    /// Whole seconds since 1970-01-01 UTC, rounded towards the past.
    package var wholeSeconds: Int64 {
        let (quotient, remainder) = self.milliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// The point `milliseconds` later.
    package static func + (left: Timestamp, milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// The point `milliseconds` earlier.
    package static func - (left: Timestamp, milliseconds: Int64) -> Timestamp {
        let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflow ? (milliseconds < 0 ? .max : .min) : difference)
    }

    /// Milliseconds from `right` to `left`; negative when `left` is the earlier one.
    package static func - (left: Timestamp, right: Timestamp) -> Int64 {
        (left - right.milliseconds).milliseconds
    }

    /// The point `seconds` later.
    package func adding(seconds: Int64) -> Timestamp { self + Timestamp(seconds: seconds).milliseconds }
}
