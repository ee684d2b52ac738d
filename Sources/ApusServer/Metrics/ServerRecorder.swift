package import ApusWire

/// Counts each request and writes its line. Costs one look-up, one lock and the copy of a line.
package struct ServerRecorder: RequestRecorder {
    private let meters: [String: [String: OperationMeter]]
    private let unknown: OperationMeter
    private let log: ServerLog

    /// - Parameter operations: every name that may become a label, by service; the rest counts as unknown.
    package init(operations: [String: [String]], metrics: Metrics, log: ServerLog) {
        self.meters = operations.reduce(into: [:]) { meters, entry in
            for name in entry.value {
                meters[entry.key, default: [:]][name] = metrics.meter(service: entry.key, operation: name)
            }
        }
        self.unknown = metrics.unknown
        self.log = log
    }

    /// The recorder of a server with these services: their operations, and their endpoints under their own names.
    package init(services: [ServiceDefinition], metrics: Metrics, log: ServerLog) {
        var operations: [String: [String]] = [:]
        for service in services {
            operations[service.model.name, default: []] += service.operations.keys.sorted()
            for endpoint in service.endpoints { operations[service.model.name, default: []].append(endpoint.name) }
        }
        self.init(operations: operations, metrics: metrics, log: log)
    }

    package func record(_ record: RequestRecord) {
        let meter = self.meters[record.service]?[record.operation] ?? self.unknown
        meter.record(
            status: record.status, code: record.errorCode, durationNanoseconds: record.durationNanoseconds)
        self.log.request(record)
    }
}
