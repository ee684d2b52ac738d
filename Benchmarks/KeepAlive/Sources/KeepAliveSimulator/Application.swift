/// One function, or application, of a trace.
struct Application {
    var memoryMiB: Double
    /// When its events come, in minutes from the trace's start, ascending.
    var events: [Double]
}
