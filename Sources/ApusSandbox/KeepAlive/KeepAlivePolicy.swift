/// How long environments are kept: a fixed time, or what a function's history tells.
package enum KeepAlivePolicy: Equatable, Sendable {
    /// Ends after so many minutes without an event.
    case fixed(minutes: Double)
    /// The hybrid histogram policy of "Serverless in the Wild" (ATC 2020), as `HybridParameters` sets it.
    case hybrid(HybridParameters)

    /// The paper's policy with the paper's numbers.
    package static let paper = KeepAlivePolicy.hybrid(HybridParameters())
    /// Ours: see `HybridParameters.ours`.
    package static let ours = KeepAlivePolicy.hybrid(.ours)
}

/// The numbers of the hybrid histogram policy.
package struct HybridParameters: Equatable, Sendable {
    /// The pre-warm window is this quantile of the idle times, rounded down, less the margin ("the 5th percentile", section 4.2).
    package var head = 0.05
    /// The keep-alive window ends at this quantile, rounded up, and the margin ("the 99th percentile").
    package var tail = 0.99
    /// "10% margin by default" on both.
    package var margin = 0.10
    /// Below this variation of its counts a histogram tells nothing ("CV threshold 2").
    package var variation = 2.0
    /// Fewer idle times than this tell nothing either.
    package var minimumCount = 4
    /// Where more than this share of the idle times is longer than four hours, the time series counts instead.
    package var outsideShare = 0.5
    /// What holds where the history tells nothing. The paper's is "a standard keep-alive", as long as the histogram's range.
    package var standardMinutes = Double(IdleHistogram.minutes)
    /// How many of the latest idle times a forecast for a rare function is made from.
    package var seriesLength = 8
    /// A pre-warm window shorter than this is none: ending and starting an environment would cost more than the memory is worth.
    package var shortestPreWarmMinutes = 0.0
    /// A window that begins at once is at least as long as this: it costs only where the next event comes later still.
    package var shortestKeepAliveMinutes = 0.0
    /// Idle times shorter than this are not counted: no policy ends an environment within them, and a function that is busy for
    /// an hour a day would be judged by the gaps of that hour alone.
    package var shortestIdleMinutes = 0.0

    package init() {}

    /// Apus's own: environments start in milliseconds and a frozen one costs some MiB, so that holding one for four hours
    /// because nothing is known of the function, as the paper does with starts of seconds, buys little; an unknown function has
    /// ten minutes, as the fixed policies of the large clouds had. Windows of up to two minutes are not interrupted.
    package static let ours: HybridParameters = {
        var parameters = HybridParameters()
        parameters.standardMinutes = 10
        parameters.shortestPreWarmMinutes = 2
        parameters.shortestKeepAliveMinutes = 5
        parameters.shortestIdleMinutes = 1.0 / 12
        return parameters
    }()
}
