package import ApusService

/// What a transaction of reads takes of its tables' throughput: what its parts cost is taken when none of them was refused.
package struct TransactionReadMeters: Sendable {
    /// By the part's number; empty where throughput is not enforced.
    private var parts: [Int: (meter: ThroughputMeter, units: Double)] = [:]

    package init() {}

    /// Whether a part's table has something left. Notes the reason where it has not.
    package mutating func admit(
        _ number: Int, to table: OpenTable, _ reasons: inout CancellationReasons, in call: inout Call
    ) -> Bool {
        guard let meter = call.meter(of: table, for: .read) else { return true }
        if let throttling = meter.throttling(.read) {
            reasons.add(number, throttling)
            return false
        }
        self.parts[number] = (meter, 0)
        return true
    }

    /// The price of a part that was let in.
    package mutating func note(_ number: Int, _ units: Double) { self.parts[number]?.units = units }

    /// Takes the prices, for good.
    package func take() {
        for part in self.parts.values { part.meter.spend(part.units, .read) }
    }
}
