internal import Synchronization

/// Everything a server counts, and the page that shows it.
///
/// Two kinds: meters of operations, which requests count into, and families, whose values are read when the page is made.
package final class Metrics: Sendable {
    private struct Name: Hashable {
        var service: String
        var operation: String
    }
    private struct State {
        var meters: [Name: OperationMeter] = [:]
        var families: [MetricFamily] = []
    }
    private let state = Mutex(State())

    /// Counts requests for which no known operation could be told: one meter for all, so that no input makes a label.
    package let unknown: OperationMeter

    package init() {
        self.unknown = OperationMeter(service: "unknown", operation: "unknown")
        self.state.withLock { $0.meters[Name(service: "unknown", operation: "unknown")] = self.unknown }
    }

    /// The meter of an operation, made at the first call. Only for names of the route table, never for input; ask once, at
    /// the start, and keep the answer.
    package func meter(service: String, operation: String) -> OperationMeter {
        self.state.withLock { state in
            let name = Name(service: service, operation: operation)
            if let meter = state.meters[name] { return meter }
            let meter = OperationMeter(service: service, operation: operation)
            state.meters[name] = meter
            return meter
        }
    }

    /// Adds a family to the page, behind those that are there. Names must differ.
    package func register(_ family: MetricFamily) {
        self.state.withLock { state in
            precondition(!state.families.contains { $0.name == family.name }, "two families are called \(family.name)")
            state.families.append(family)
        }
    }

    /// The page in Prometheus's text form 0.0.4. The order is stable: operations by name, then families as registered.
    package func page() -> [UInt8] {
        let (meters, families) = self.state.withLock { ($0.meters.values, $0.families) }
        let sorted = meters.sorted { ($0.service, $0.operation) < ($1.service, $1.operation) }
        var text = PrometheusText()
        text.appendOperations(sorted.map { ($0, $0.counts) }.filter { $0.1.durations.count > 0 })
        for family in families { text.append(family) }
        return text.bytes
    }

    /// The page's content type.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
}
