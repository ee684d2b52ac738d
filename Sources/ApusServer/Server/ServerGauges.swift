internal import ApusHTTP
internal import ApusLambda
internal import ApusSandbox
internal import ApusService
internal import ApusStore

/// The gauges of the metrics page: store, connections, functions, workers.
enum ServerGauges {
    static func register(
        _ metrics: Metrics, store: Store, runner: SandboxRunner, http: HTTPServer, lambda: Lambda, workers: [WorkerRun]
    ) {
        self.registerStore(metrics, store)
        self.registerFunctions(metrics, runner, lambda)
        self.registerConnections(metrics, http)
        metrics.register(
            MetricFamily("apus_worker_failures_total", .counter, "Transactions of background workers that failed.") {
                workers.map { MetricFamily.Sample(Double($0.failures), labels: [(name: "worker", value: $0.name)]) }
            })
    }

    private static func registerStore(_ metrics: Metrics, _ store: Store) {
        metrics.register(
            MetricFamily("apus_store_waiting_bodies", .gauge, "Transactions that wait for the writer.") {
                Double(store.statistics.waitingBodies)
            })
        metrics.register(
            MetricFamily("apus_store_commits_total", .counter, "Groups of transactions committed with one sync.") {
                Double(store.statistics.groups)
            })
        metrics.register(
            MetricFamily("apus_store_transactions_total", .counter, "Transactions run by the writer.") {
                Double(store.statistics.bodies)
            })
        metrics.register(
            MetricFamily("apus_store_waiters", .gauge, "Long polls and pollers that wait for a change.") {
                Double(store.statistics.waiters)
            })
        metrics.register(
            MetricFamily("apus_store_disk_bytes", .gauge, "Bytes of the store on disk, blobs not counted.") {
                Double(store.statistics.storage.diskBytes)
            })
        metrics.register(
            MetricFamily("apus_store_free_disk_bytes", .gauge, "Bytes free on the store's file system.") {
                Double(store.statistics.storage.freeDiskBytes)
            })
        metrics.register(
            MetricFamily("apus_store_accepts_writes", .gauge, "1 while the store takes writes.") {
                store.statistics.storage.acceptsWrites ? 1 : 0
            })
    }

    private static func registerFunctions(_ metrics: Metrics, _ runner: SandboxRunner, _ lambda: Lambda) {
        metrics.register(
            MetricFamily("apus_function_environments", .gauge, "Execution environments by state.") {
                let statistics = runner.statistics
                let states = [
                    ("starting", statistics.starting), ("ready", statistics.ready), ("frozen", statistics.frozen),
                    ("busy", statistics.busy), ("ending", statistics.ending),
                ]
                return states.map { MetricFamily.Sample(Double($0.1), labels: [(name: "state", value: $0.0)]) }
            })
        let counters: [(String, String, @Sendable (SandboxStatistics) -> Int)] = [
            ("apus_function_invocations_total", "Invocations that reached an environment.", { $0.invocations }),
            ("apus_function_cold_starts_total", "Environments started for an invocation.", { $0.coldStarts }),
            ("apus_function_throttles_total", "Invocations refused for want of an environment.", { $0.throttles }),
            ("apus_function_timeouts_total", "Invocations ended by their time-out.", { $0.timeouts }),
            ("apus_function_crashes_total", "Environments that ended by themselves.", { $0.crashes }),
        ]
        for (name, help, read) in counters {
            metrics.register(MetricFamily(name, .counter, help) { Double(read(runner.statistics)) })
        }
        metrics.register(
            MetricFamily("apus_function_log_events_dropped_total", .counter, "Log lines dropped: the lane was full.") {
                Double(lambda.logs.dropped)
            })
    }

    private static func registerConnections(_ metrics: Metrics, _ http: HTTPServer) {
        metrics.register(
            MetricFamily("apus_http_connections", .gauge, "Open connections.") { Double(http.counters.connectionsOpen) })
        metrics.register(
            MetricFamily("apus_http_requests_refused_total", .counter, "Requests refused before they reached a service.") {
                Double(http.counters.requestsRefused)
            })
        metrics.register(
            MetricFamily("apus_http_received_bytes_total", .counter, "Bytes received.") { Double(http.counters.bytesReceived) })
        metrics.register(
            MetricFamily("apus_http_sent_bytes_total", .counter, "Bytes sent.") { Double(http.counters.bytesSent) })
    }
}
