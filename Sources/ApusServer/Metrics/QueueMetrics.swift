internal import ApusBase
internal import ApusSQS
package import ApusService

/// What the queues say of themselves on the metrics page.
package enum QueueMetrics {
    /// Queues that are shown; a page of more would be read by nobody and cost each scrape a walk over all.
    package static let limit = 1_000

    /// `apus_queue_messages` by queue and state, read from a snapshot when the page is made.
    package static func family(of host: ServiceHost) -> MetricFamily {
        MetricFamily(
            "apus_queue_messages", .gauge, "Messages by queue: fresh, received and not deleted, delayed."
        ) {
            let context = CallContext.system(host, now: host.clock.now)
            let levels = try? host.read(context) { (call) throws(ServiceError) in
                try QueueLevels.all(limit: Self.limit, in: &call)
            }
            return (levels ?? []).flatMap { queue in
                [("fresh", queue.fresh), ("received", queue.received), ("delayed", queue.delayed)].map { state, count in
                    MetricFamily.Sample(
                        Double(count),
                        labels: [
                            (name: "account", value: queue.account), (name: "region", value: queue.region),
                            (name: "queue", value: queue.name), (name: "state", value: state),
                        ])
                }
            }
        }
    }

    /// `apus_move_task_messages`: how many messages each active move task has moved, of how many.
    package static func moves(of host: ServiceHost) -> MetricFamily {
        MetricFamily(
            "apus_move_task_messages", .gauge, "Messages of active move tasks by dead-letter queue: moved, and to move."
        ) {
            let context = CallContext.system(host, now: host.clock.now)
            let tasks = try? host.read(context) { (call) throws(ServiceError) in
                try MoveTasks.active(limit: Self.limit, in: &call)
            }
            return (tasks ?? []).flatMap { task in
                [("moved", task.moved), ("to_move", task.toMove)].map { state, count in
                    MetricFamily.Sample(
                        Double(count),
                        labels: [
                            (name: "account", value: task.account), (name: "region", value: task.region),
                            (name: "queue", value: task.name), (name: "state", value: state),
                        ])
                }
            }
        }
    }
}
