internal import ApusWire

/// Counts answered requests into the meters of their operations and writes their lines to the log.
final class RequestMeters: RequestRecorder {
    /// By service and operation, made at the start for all that the services know: no request makes a meter.
    private let meters: [String: [String: OperationMeter]]
    private let unknown: OperationMeter
    private let log: ServerLog

    init(metrics: Metrics, services: [ServiceDefinition], log: ServerLog) {
        var meters: [String: [String: OperationMeter]] = [:]
        for service in services {
            for operation in service.model.operations {
                meters[service.model.name, default: [:]][operation.name] =
                    metrics.meter(service: service.model.name, operation: operation.name)
            }
            for endpoint in service.endpoints {
                meters[endpoint.name, default: [:]]["-"] = metrics.meter(service: endpoint.name, operation: "-")
            }
        }
        self.meters = meters
        self.unknown = metrics.unknown
        self.log = log
    }

    func record(_ record: RequestRecord) {
        let meter = self.meters[record.service]?[record.operation] ?? self.unknown
        meter.record(status: record.status, code: record.errorCode, durationNanoseconds: record.durationNanoseconds)
        self.log.request(record)
    }
}
