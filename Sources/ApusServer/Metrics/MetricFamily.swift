/// Values of one name that are read when the page is made: gauges, and counters kept elsewhere.
package struct MetricFamily: Sendable {
    package enum Kind: String, Sendable { case counter, gauge }

    /// One value with the labels that tell it from the others of its family.
    package struct Sample: Sendable {
        package var labels: [(name: String, value: String)]
        package var value: Double
        package init(_ value: Double, labels: [(name: String, value: String)] = []) {
            self.value = value
            self.labels = labels
        }
    }

    /// `apus_store_waiting_bodies`: unit last, counters end in `_total`.
    package var name: String
    package var kind: Kind
    package var help: String
    /// Called on the thread that makes the page; must be quick.
    package var read: @Sendable () -> [Sample]

    package init(_ name: String, _ kind: Kind, _ help: String, read: @escaping @Sendable () -> [Sample]) {
        precondition(PrometheusText.isName(name), "\(name) is not a metric's name")
        self.name = name
        self.kind = kind
        self.help = help
        self.read = read
    }

    /// A family of one value without labels.
    package init(_ name: String, _ kind: Kind, _ help: String, value: @escaping @Sendable () -> Double) {
        self.init(name, kind, help) { [Sample(value())] }
    }
}
