/// Where time comes from. Nothing reads a clock but through this, so that a simulation owns time.
package protocol Clock: Sendable {
    /// The wall clock; may step in either direction.
    var now: Timestamp { get }
    /// Nanoseconds since an arbitrary start; never goes back. For measuring, timeouts and deadlines within one process.
    var monotonicNanoseconds: UInt64 { get }
}
