package import ApusBase

/// The lines that Lambda itself writes into a function's log, in its words.
package enum PlatformLines {
    package enum Status: Equatable, Sendable {
        case success
        case timeout
        case error(type: String)
    }

    /// What a REPORT line tells.
    package struct Report: Equatable, Sendable {
        package var requestID: String
        package var nanoseconds: UInt64
        package var memoryMiB: Int
        package var peakMiB: Int
        package var initNanoseconds: UInt64?
        /// Of an environment that was restored from a snapshot.
        package var restoreNanoseconds: UInt64?
        package var status: Status
        /// Of a function that isolates its tenants; told in JSON.
        package var tenant: String?

        package init(
            requestID: String, nanoseconds: UInt64, memoryMiB: Int, peakMiB: Int, initNanoseconds: UInt64?,
            restoreNanoseconds: UInt64? = nil, status: Status, tenant: String? = nil
        ) {
            self.requestID = requestID
            self.nanoseconds = nanoseconds
            self.memoryMiB = memoryMiB
            self.peakMiB = peakMiB
            self.initNanoseconds = initNanoseconds
            self.restoreNanoseconds = restoreNanoseconds
            self.status = status
            self.tenant = tenant
        }

        /// Initialisation counts (since August 2025, for all functions), and so does what is restored.
        var billedMilliseconds: UInt64 {
            (self.nanoseconds + (self.initNanoseconds ?? 0) + (self.restoreNanoseconds ?? 0) + 999_999) / 1_000_000
        }
        /// All of the restoration: here nothing of it is spent outside of the environment.
        var billedRestoreMilliseconds: UInt64 { ((self.restoreNanoseconds ?? 0) + 999_999) / 1_000_000 }
    }

    package static func initStart(runtime: String, arn: String? = nil) -> String {
        "INIT_START Runtime Version: \(runtime)" + self.version(arn)
    }

    private static func version(_ arn: String?) -> String { arn.map { "\tRuntime Version ARN: \($0)" } ?? "" }

    package static func start(requestID: String, version: String) -> String {
        "START RequestId: \(requestID) Version: \(version)"
    }

    package static func end(requestID: String) -> String { "END RequestId: \(requestID)" }

    package static func report(_ report: Report) -> String {
        var line = "REPORT RequestId: \(report.requestID)\tDuration: "
        line += Self.milliseconds(report.nanoseconds)
        line +=
            " ms\tBilled Duration: \(report.billedMilliseconds) ms\tMemory Size: \(report.memoryMiB) MB\tMax Memory Used: \(report.peakMiB) MB"
        if let initNanoseconds = report.initNanoseconds {
            line += "\tInit Duration: \(Self.milliseconds(initNanoseconds)) ms"
        }
        if let restoreNanoseconds = report.restoreNanoseconds {
            line += "\tRestore Duration: \(Self.milliseconds(restoreNanoseconds)) ms"
            line += "\tBilled Restore Duration: \(report.billedRestoreMilliseconds) ms"
        }
        switch report.status {
        case .success: line += "\t"
        case .timeout: line += "\tStatus: timeout"
        case .error(let type): line += "\tStatus: error\tError Type: \(type)"
        }
        return line
    }

    package static func restoreStart(runtime: String, arn: String? = nil) -> String {
        "RESTORE_START Runtime Version: \(runtime)" + self.version(arn)
    }

    package static func restoreReport(nanoseconds: UInt64, status: Status) -> String {
        let line = "RESTORE_REPORT Restore Duration: \(Self.milliseconds(nanoseconds)) ms"
        switch status {
        case .success: return line
        case .timeout: return line + "\tStatus: timeout"
        case .error(let type): return line + "\tStatus: error\tError Type: \(type)"
        }
    }

    /// Of a version that was initialised for its snapshot.
    package static func initReport(nanoseconds: UInt64) -> String {
        "INIT_REPORT Init Duration: \(Self.milliseconds(nanoseconds)) ms"
    }

    /// Written when an initialisation fails.
    package static func initReport(nanoseconds: UInt64, phase: PlatformEvent.Phase, status: Status) -> String {
        let line = "INIT_REPORT Init Duration: \(Self.milliseconds(nanoseconds)) ms\tPhase: \(phase.rawValue)\tStatus: "
        switch status {
        case .success: return line + "success"
        case .timeout: return line + "timeout"
        case .error(let type): return line + "error\tError Type: \(type)"
        }
    }

    package static func timedOut(requestID: String, timeoutSeconds: Int, at time: Timestamp) -> String {
        "\(time.iso8601) \(requestID) Task timed out after \(timeoutSeconds).00 seconds"
    }

    package static func `extension`(name: String, state: String, events: [String], errorType: String?) -> String {
        let line = "EXTENSION\tName: \(name)\tState: \(state)\tEvents: [\(events.joined(separator: ", "))]"
        return errorType.map { "\(line)\tError Type: \($0)" } ?? line
    }

    package static func subscription(_ api: TelemetrySubscription.API, name: String, types: [String]) -> String {
        let word = api == .telemetry ? "TELEMETRY" : "LOGS"
        let list = types.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: ", ")
        return "\(word)\tName: \(name)\tState: Subscribed\tTypes: [\(list)]"
    }

    package static func dropped(records: Int, bytes: Int) -> String {
        "[apus] \(records) log lines (\(bytes) bytes) were dropped: too much output"
    }

    /// `1234567` → `1.23`
    static func milliseconds(_ nanoseconds: UInt64) -> String {
        let hundredths = (nanoseconds + 5000) / 10_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
