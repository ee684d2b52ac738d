import KeepAlive

/// Replays a trace under a policy. Handling an event takes no time, as in the paper: what counts is the time between events.
struct Simulation {
    var events = 0
    var coldStarts = 0
    /// MiB times minutes that environments were kept without being used.
    var wasted = 0.0
    /// The share of cold starts of each application, ascending.
    var shares: [Double] = []

    init(_ applications: [Application], policy: KeepAlivePolicy, endMinutes: Double) {
        for application in applications { self.replay(application, policy, endMinutes) }
        self.shares.sort()
    }

    private mutating func replay(_ application: Application, _ policy: KeepAlivePolicy, _ endMinutes: Double) {
        guard let first = application.events.first else { return }
        var history = FunctionHistory()
        var last = first
        var cold = 1
        for event in application.events.dropFirst() {
            let idle = event - last
            let windows = history.windows(policy)
            if !windows.holds(idleMinutes: idle) { cold += 1 }
            self.wasted += windows.wastedMinutes(idleMinutes: idle) * application.memoryMiB
            if case .hybrid(let parameters) = policy { history.idled(minutes: idle, parameters: parameters) }
            last = event
        }
        self.wasted +=
            history.windows(policy).wastedMinutes(idleMinutes: max(0, endMinutes - last)) * application.memoryMiB
        self.events += application.events.count
        self.coldStarts += cold
        self.shares.append(Double(cold) / Double(application.events.count))
    }

    /// The share of cold starts below which this share of the applications lies.
    func quantile(_ share: Double) -> Double {
        self.shares.isEmpty ? 0 : self.shares[min(self.shares.count - 1, Int(share * Double(self.shares.count)))]
    }
}
