package import ApusBase
package import ApusService

/// What Lambda itself tells of an environment and its invocations: lines of a log in text, objects of a log in JSON.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html; the levels are those of "System log
/// level event mapping" in https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
package enum PlatformEvent: Equatable, Sendable {
    package typealias Status = PlatformLines.Status

    /// Which initialisation an event tells of.
    package struct Initialization: Equatable, Sendable {
        /// `on-demand`, `provisioned-concurrency` or `snap-start`
        package var type: String
        package var phase: Phase

        package init(type: String, phase: Phase) {
            self.type = type
            self.phase = phase
        }
    }
    package enum Phase: String, Sendable {
        /// Before any invocation.
        case initialising = "init"
        /// Within one: the second try.
        case invoking = "invoke"
    }

    /// `runtimeARN`: of the runtime's version; a container image has none.
    case initStart(
        Initialization, runtime: String, runtimeARN: String? = nil, functionName: String, functionVersion: String)
    case initRuntimeDone(Initialization, Status)
    case initReport(Initialization, nanoseconds: UInt64, Status)
    /// An environment is made from a snapshot.
    case restoreStart(runtime: String, runtimeARN: String? = nil, functionName: String, functionVersion: String)
    case restoreRuntimeDone(Status)
    case restoreReport(nanoseconds: UInt64, Status)
    /// `tenant`: of a function that isolates its tenants.
    case start(requestID: String, version: String, tenant: String? = nil)
    /// Told in text only: in JSON `report` says so.
    case timedOut(requestID: String, timeoutSeconds: Int)
    case runtimeDone(requestID: String, nanoseconds: UInt64, producedBytes: Int, Status, tenant: String? = nil)
    case report(PlatformLines.Report)
    case logsDropped(records: Int, bytes: Int)
    /// What became of an extension: `Ready`, or an error of its.
    case `extension`(name: String, state: String, events: [String], errorType: String?)
    case subscription(TelemetrySubscription.API, name: String, types: [String])

    package var type: StaticString {
        switch self {
        case .initStart: "platform.initStart"
        case .initRuntimeDone: "platform.initRuntimeDone"
        case .initReport: "platform.initReport"
        case .restoreStart: "platform.restoreStart"
        case .restoreRuntimeDone: "platform.restoreRuntimeDone"
        case .restoreReport: "platform.restoreReport"
        case .start: "platform.start"
        case .timedOut, .runtimeDone: "platform.runtimeDone"
        case .report: "platform.report"
        case .logsDropped: "platform.logsDropped"
        case .extension: "platform.extension"
        case .subscription(.telemetry, _, _): "platform.telemetrySubscription"
        case .subscription(.logs, _, _): "platform.logsSubscription"
        }
    }

    /// Its level in a log in JSON; nil: it is not told there.
    package var level: FunctionLogging.Level? {
        switch self {
        case .initStart, .restoreStart, .start: .info
        case .initRuntimeDone(_, let status), .initReport(_, _, let status), .runtimeDone(_, _, _, let status, _),
            .restoreRuntimeDone(let status), .restoreReport(_, let status):
            status == .success ? .debug : .warn
        case .report(let report): report.status == .success ? .info : .warn
        case .logsDropped: .warn
        case .extension(_, _, _, let errorType): errorType == nil ? .info : .warn
        case .subscription: .info
        case .timedOut: nil
        }
    }

    /// What a log in text has of it.
    package func lines(at time: Timestamp) -> [String] {
        switch self {
        case .initStart(_, let runtime, let arn, _, _): [PlatformLines.initStart(runtime: runtime, arn: arn)]
        case .initReport(let initialization, let nanoseconds, .success) where initialization.type == "snap-start":
            [PlatformLines.initReport(nanoseconds: nanoseconds)]
        case .initRuntimeDone, .runtimeDone, .restoreRuntimeDone, .initReport(_, _, .success): []
        case .restoreStart(let runtime, let arn, _, _): [PlatformLines.restoreStart(runtime: runtime, arn: arn)]
        case .restoreReport(let nanoseconds, let status):
            [PlatformLines.restoreReport(nanoseconds: nanoseconds, status: status)]
        case .initReport(let initialization, let nanoseconds, let status):
            [PlatformLines.initReport(nanoseconds: nanoseconds, phase: initialization.phase, status: status)]
        case .start(let requestID, let version, _): [PlatformLines.start(requestID: requestID, version: version)]
        case .timedOut(let requestID, let seconds):
            [PlatformLines.timedOut(requestID: requestID, timeoutSeconds: seconds, at: time)]
        case .report(let report): [PlatformLines.end(requestID: report.requestID), PlatformLines.report(report)]
        case .logsDropped(let records, let bytes): [PlatformLines.dropped(records: records, bytes: bytes)]
        case .extension(let name, let state, let events, let errorType):
            [PlatformLines.extension(name: name, state: state, events: events, errorType: errorType)]
        case .subscription(let api, let name, let types):
            [PlatformLines.subscription(api, name: name, types: types)]
        }
    }

    /// `{"time":…,"type":…,"record":{…}}`
    package func json(at time: Timestamp) -> [UInt8] {
        Self.json(self.type, at: time) { writer in
            writer.beginObject()
            self.write(to: &writer)
            writer.endObject()
        }
    }

    static func json(_ type: StaticString, at time: Timestamp, record: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("time")
        writer.string(time.iso8601)
        writer.key("type")
        writer.literal(type)
        writer.key("record")
        record(&writer)
        writer.endObject()
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .initStart(let initialization, let runtime, let arn, let name, let version):
            self.write(initialization, to: &writer)
            self.write("runtimeVersion", runtime, to: &writer)
            if let arn { self.write("runtimeVersionArn", arn, to: &writer) }
            self.write("functionName", name, to: &writer)
            self.write("functionVersion", version, to: &writer)
        case .initRuntimeDone(let initialization, let status):
            self.write(initialization, to: &writer)
            self.write(status, to: &writer)
        case .initReport(let initialization, let nanoseconds, let status):
            self.write(initialization, to: &writer)
            self.write(status, to: &writer)
            writer.key("metrics")
            writer.beginObject()
            self.write("durationMs", nanoseconds: nanoseconds, to: &writer)
            writer.endObject()
        case .restoreStart(let runtime, let arn, let name, let version):
            self.write("runtimeVersion", runtime, to: &writer)
            if let arn { self.write("runtimeVersionArn", arn, to: &writer) }
            self.write("functionName", name, to: &writer)
            self.write("functionVersion", version, to: &writer)
        case .restoreRuntimeDone(let status): self.write(status, to: &writer)
        case .restoreReport(let nanoseconds, let status):
            self.write(status, to: &writer)
            writer.key("metrics")
            writer.beginObject()
            self.write("durationMs", nanoseconds: nanoseconds, to: &writer)
            writer.endObject()
        case .start(let requestID, let version, let tenant):
            self.write("requestId", requestID, to: &writer)
            self.write("version", version, to: &writer)
            self.write(tenant: tenant, to: &writer)
        case .timedOut(let requestID, _): self.write("requestId", requestID, to: &writer)
        case .runtimeDone(let requestID, let nanoseconds, let bytes, let status, let tenant):
            self.write("requestId", requestID, to: &writer)
            self.write(tenant: tenant, to: &writer)
            self.write(status, to: &writer)
            writer.key("metrics")
            writer.beginObject()
            self.write("durationMs", nanoseconds: nanoseconds, to: &writer)
            self.write("producedBytes", bytes, to: &writer)
            writer.endObject()
        case .report(let report): self.write(report, to: &writer)
        case .logsDropped(let records, let bytes):
            self.write("reason", "The function printed more than is kept.", to: &writer)
            self.write("droppedRecords", records, to: &writer)
            self.write("droppedBytes", bytes, to: &writer)
        case .extension(let name, let state, let events, let errorType):
            self.write("name", name, to: &writer)
            self.write("state", state, to: &writer)
            self.write("events", events, to: &writer)
            if let errorType { self.write("errorType", errorType, to: &writer) }
        case .subscription(_, let name, let types):
            self.write("name", name, to: &writer)
            self.write("state", "Subscribed", to: &writer)
            self.write("types", types, to: &writer)
        }
    }

    private func write(_ initialization: Initialization, to writer: inout JSONWriter) {
        self.write("initializationType", initialization.type, to: &writer)
        self.write("phase", initialization.phase.rawValue, to: &writer)
    }

    private func write(_ report: PlatformLines.Report, to writer: inout JSONWriter) {
        self.write("requestId", report.requestID, to: &writer)
        self.write(tenant: report.tenant, to: &writer)
        writer.key("metrics")
        writer.beginObject()
        self.write("durationMs", nanoseconds: report.nanoseconds, to: &writer)
        self.write("billedDurationMs", Int(report.billedMilliseconds), to: &writer)
        self.write("memorySizeMB", report.memoryMiB, to: &writer)
        self.write("maxMemoryUsedMB", report.peakMiB, to: &writer)
        if let nanoseconds = report.initNanoseconds {
            self.write("initDurationMs", nanoseconds: nanoseconds, to: &writer)
        }
        if let nanoseconds = report.restoreNanoseconds {
            self.write("restoreDurationMs", nanoseconds: nanoseconds, to: &writer)
            self.write("billedRestoreDurationMs", Int(report.billedRestoreMilliseconds), to: &writer)
        }
        writer.endObject()
        self.write(report.status, to: &writer)
    }

    /// Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-monitor.html
    private func write(tenant: String?, to writer: inout JSONWriter) {
        if let tenant { self.write("tenantId", tenant, to: &writer) }
    }

    private func write(_ status: Status, to writer: inout JSONWriter) {
        switch status {
        case .success: self.write("status", "success", to: &writer)
        case .timeout: self.write("status", "timeout", to: &writer)
        case .error(let type):
            self.write("status", "error", to: &writer)
            self.write("errorType", type, to: &writer)
        }
    }

    private func write(_ name: StaticString, _ value: String, to writer: inout JSONWriter) {
        writer.key(name)
        writer.string(value)
    }

    private func write(_ name: StaticString, _ value: Int, to writer: inout JSONWriter) {
        writer.key(name)
        writer.int(value)
    }

    private func write(_ name: StaticString, _ values: [String], to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }

    private func write(_ name: StaticString, nanoseconds: UInt64, to writer: inout JSONWriter) {
        writer.key(name)
        writer.raw(Array(PlatformLines.milliseconds(nanoseconds).utf8))
    }
}
