/// What a function's events have told about its next one, and what follows for its environments. A value; times are minutes on any
/// clock that never goes back. Bounded: 240 counts and some numbers, however long it lives.
package struct FunctionHistory: Equatable, Sendable {
    private var histogram = IdleHistogram()
    /// The latest idle times, oldest first.
    private var series: [Double] = []

    package init() {}

    /// An event came after `idleMinutes` without one. Events that overlap others are none of these.
    package mutating func idled(minutes: Double, parameters: HybridParameters) {
        guard minutes >= parameters.shortestIdleMinutes else { return }
        self.histogram.add(idleMinutes: minutes)
        self.series.append(minutes)
        if self.series.count > max(1, parameters.seriesLength) { self.series.removeFirst() }
    }

    /// What is to be done after the event that just ended.
    package func windows(_ policy: KeepAlivePolicy) -> KeepAliveWindows {
        switch policy {
        case .fixed(let minutes): KeepAliveWindows(preWarmMinutes: 0, keepAliveMinutes: minutes)
        case .hybrid(let parameters): self.hybrid(parameters)
        }
    }

    private func hybrid(_ parameters: HybridParameters) -> KeepAliveWindows {
        let standard = KeepAliveWindows(preWarmMinutes: 0, keepAliveMinutes: parameters.standardMinutes)
        guard self.histogram.total >= parameters.minimumCount else { return standard }
        if Double(self.histogram.outside) > parameters.outsideShare * Double(self.histogram.total) {
            return self.forecast(parameters) ?? standard
        }
        guard self.histogram.variation >= parameters.variation,
            let head = self.histogram.quantile(parameters.head), let tail = self.histogram.quantile(parameters.tail)
        else { return standard }
        var preWarm = Double(head.lower) * (1 - parameters.margin)
        if preWarm < parameters.shortestPreWarmMinutes { preWarm = 0 }
        var end = Double(tail.upper) * (1 + parameters.margin)
        if preWarm == 0 { end = max(end, parameters.shortestKeepAliveMinutes) }
        return KeepAliveWindows(preWarmMinutes: preWarm, keepAliveMinutes: end - preWarm)
    }

    /// For functions whose events lie more than four hours apart. The paper fits an ARIMA model; this is its simplest member, the
    /// mean of the latest idle times, with 15 % of it or twice their deviation, whichever is longer, on both sides. Nil where they
    /// vary too much for a forecast to be worth its memory.
    private func forecast(_ parameters: HybridParameters) -> KeepAliveWindows? {
        guard self.series.count >= 3 else { return nil }
        let mean = self.series.reduce(0, +) / Double(self.series.count)
        let variance = self.series.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(self.series.count)
        let deviation = variance.squareRoot()
        guard deviation < mean / 4 else { return nil }
        // The paper's margin for forecasts: 15 %.
        let halfWindow = max(mean * 0.15, 2 * deviation)
        return KeepAliveWindows(preWarmMinutes: mean - halfWindow, keepAliveMinutes: 2 * halfWindow)
    }
}
