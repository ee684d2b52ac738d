package import ApusStore

/// What the store says of itself on the metrics page.
package enum StoreMetrics {
    /// Families that read `statistics` when the page is made.
    package static func families(of store: Store) -> [MetricFamily] {
        [
            MetricFamily("apus_store_waiting_bodies", .gauge, "Transactions that wait for the writer.") {
                Double(store.statistics.waitingBodies)
            },
            MetricFamily("apus_store_groups_total", .counter, "Groups that were committed, each with one fsync.") {
                Double(store.statistics.groups)
            },
            MetricFamily("apus_store_bodies_total", .counter, "Transactions that were committed in groups.") {
                Double(store.statistics.bodies)
            },
            MetricFamily("apus_store_waiters", .gauge, "Requests that wait for a change.") {
                Double(store.statistics.waiters)
            },
        ]
    }
}
