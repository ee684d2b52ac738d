internal import ApusBase

/// What the Logs API, the Telemetry API's forerunner, has of the platform's events.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html#runtimes-logs-api-msg-platform
extension PlatformEvent {
    /// The objects that a subscriber of the Logs API gets for it, in their order.
    func logsJSON(at time: Timestamp, for subscription: TelemetrySubscription) -> [[UInt8]] {
        switch self {
        case .start, .logsDropped, .extension, .subscription: return [self.json(at: time)]
        case .report(let report):
            let end = Self.json("platform.end", at: time) { writer in
                writer.beginObject()
                writer.key("requestId")
                writer.string(report.requestID)
                writer.endObject()
            }
            return [end, self.json(at: time)]
        case .runtimeDone(let requestID, _, _, let status, _):
            var objects: [[UInt8]] = []
            if status.isExit {
                objects.append(
                    Self.json("platform.fault", at: time) { writer in
                        writer.string("RequestId: \(requestID) Process exited before completing request")
                    })
            }
            if subscription.tellsRuntimeDone {
                objects.append(
                    Self.json("platform.runtimeDone", at: time) { writer in
                        writer.beginObject()
                        writer.key("requestId")
                        writer.string(requestID)
                        writer.key("status")
                        writer.string(status.logsName)
                        writer.endObject()
                    })
            }
            return objects
        case .initStart, .initRuntimeDone, .initReport, .timedOut: return []
        case .restoreStart, .restoreRuntimeDone, .restoreReport: return []
        }
    }
}

extension PlatformLines.Status {
    /// "success, failure, and timeout".
    fileprivate var logsName: String {
        switch self {
        case .success: "success"
        case .timeout: "timeout"
        case .error: "failure"
        }
    }

    /// Whether the runtime's process has ended.
    fileprivate var isExit: Bool {
        guard case .error(let type) = self else { return false }
        return type == FailurePayload.exitError || type == FailurePayload.outOfMemory
    }
}
