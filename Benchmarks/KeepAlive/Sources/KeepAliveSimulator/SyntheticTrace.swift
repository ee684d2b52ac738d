import Foundation

/// A trace with the marginals that "Serverless in the Wild" (Shahrad et al., USENIX ATC 2020) publishes of Azure Functions.
enum SyntheticTrace {
    /// Events a day below which a share of all applications lies: "45 % of the applications are invoked once per hour or less on
    /// average, and 81 % once per minute or less" (section 3.3). Between the points the logarithm is uniform.
    private static let rates: [(share: Double, daily: Double)] = [
        (0, 0.15), (0.45, 24), (0.81, 1440), (1, 20_000),
    ]
    /// What starts applications: "29 % have a timer"; of the rest of the events' rhythms figure 6 shows a tenth near Poisson and most
    /// more variable than that.
    private static let timers = 0.29
    private static let poisson = 0.10
    /// More events than this in a day change nothing: they are closer than any window.
    private static let mostDaily = 2_000.0

    static func make(applications: Int, days: Double, seed: UInt64) -> [Application] {
        var chance = Chance(seed: seed)
        return (0..<applications).map { _ in
            // The allocated memory of applications is a Burr distribution with c = 11.652, k = 0.221 and lambda = 107.083 MB
            // (section 3.4).
            let memory = min(1536, chance.burr(c: 11.652, k: 0.221, lambda: 107.083))
            let meanMinutes = 1440 / min(Self.mostDaily, Self.dailyRate(&chance))
            return Application(
                memoryMiB: memory, events: Self.events(meanMinutes: meanMinutes, days: days, &chance))
        }
    }

    private static func dailyRate(_ chance: inout Chance) -> Double {
        let share = chance.uniform()
        for (low, high) in zip(Self.rates, Self.rates.dropFirst()) where share < high.share {
            let part = (share - low.share) / (high.share - low.share)
            return exp(log(low.daily) + part * (log(high.daily) - log(low.daily)))
        }
        return Self.rates.last!.daily
    }

    private static func events(meanMinutes: Double, days: Double, _ chance: inout Chance) -> [Double] {
        let kind = chance.uniform()
        let end = days * 1440
        var now = chance.uniform() * meanMinutes
        var events: [Double] = []
        // Timers have the periods that people write.
        let periods: [Double] = [1, 5, 10, 15, 30, 60, 120, 360, 720, 1440]
        let period = periods.min { abs(log($0 / meanMinutes)) < abs(log($1 / meanMinutes)) } ?? meanMinutes
        // Bursts: some events close together, then a long gap.
        let burst = 2 + chance.uniform() * 18
        while now < end {
            events.append(now)
            if kind < Self.timers {
                now += period
            } else if kind < Self.timers + Self.poisson {
                now += chance.exponential(mean: meanMinutes)
            } else if chance.uniform() < 1 / burst {
                now += chance.exponential(mean: meanMinutes * burst * 0.9)
            } else {
                now += chance.exponential(mean: meanMinutes * 0.1)
            }
        }
        return events
    }
}
