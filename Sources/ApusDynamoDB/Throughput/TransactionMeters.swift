package import ApusService

/// What a transaction of writes takes of its tables' throughput: it is let in as one request, and takes all or nothing.
package struct TransactionMeters: Sendable {
    /// One for each part.
    private var meters: [ThroughputMeter] = []
    private var prices: [Consumption?]

    /// Nil where throughput is not enforced.
    package init?(_ tables: [OpenTable], in call: inout Call) {
        self.prices = Array(repeating: nil, count: tables.count)
        for table in tables {
            guard let meter = call.meter(of: table, for: .write) else { return nil }
            self.meters.append(meter)
        }
    }

    /// Throws TransactionCanceledException where a part's table has nothing left.
    package func admit(_ reasons: inout CancellationReasons) throws(ServiceError) {
        for (number, meter) in self.meters.enumerated() {
            if let throttling = meter.throttling(.write) { reasons.add(number, throttling) }
        }
        try reasons.check()
    }

    package mutating func note(_ number: Int, _ price: Consumption) { self.prices[number] = price }

    /// Takes the prices. Throws TransactionCanceledException where a global index that a part changes has nothing left.
    package func take(_ reasons: inout CancellationReasons) throws(ServiceError) {
        for (number, price) in self.prices.enumerated() {
            if let price, let throttling = self.meters[number].throttling(writing: price) {
                reasons.add(number, throttling)
            }
        }
        try reasons.check()
        for (number, price) in self.prices.enumerated() {
            if let price { self.meters[number].take(price, .write) }
        }
    }
}
