internal import ApusHTTP
internal import ApusLambda
internal import ApusSandbox
internal import ApusService
internal import ApusStore

/// The families of the metrics page: process, store, front door, queues, functions, workers.
enum ServerGauges {
    static func register(
        _ metrics: Metrics, host: ServiceHost, runner: SandboxRunner, http: HTTPServer, lambda: Lambda,
        workers: [WorkerRun]
    ) {
        let store = host.store
        let families =
            ProcessMetrics.families() + StoreMetrics.families(of: store) + FrontDoorMetrics.families { http.counters }
        for family in families { metrics.register(family) }
        self.registerDisk(metrics, store)
        metrics.register(QueueMetrics.family(of: host))
        metrics.register(QueueMetrics.moves(of: host))
        self.registerFunctions(metrics, runner, lambda)
        metrics.register(
            MetricFamily("apus_worker_failures_total", .counter, "Transactions of background workers that failed.") {
                workers.map { MetricFamily.Sample(Double($0.failures), labels: [(name: "worker", value: $0.name)]) }
            })
    }

    private static func registerDisk(_ metrics: Metrics, _ store: Store) {
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
            ("apus_function_memory_given_back_total", "Times that an idle environment gave memory back.", { $0.givenBack }),
        ]
        for (name, help, read) in counters {
            metrics.register(MetricFamily(name, .counter, help) { Double(read(runner.statistics)) })
        }
        metrics.register(
            MetricFamily("apus_function_log_events_dropped_total", .counter, "Log lines dropped: the lane was full.") {
                Double(lambda.logs.dropped)
            })
    }
}
