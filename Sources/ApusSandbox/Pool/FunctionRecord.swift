internal import NIOCore

/// What is remembered of one version of a function beyond its environments and revisions, or of one tenant of it as long as it
/// has environments. Confined to the runner's event loop.
final class FunctionRecord {
    var activity: FunctionActivity
    /// Of a tenant: its function's, whose starts are its tenants'.
    private let function: FunctionRecord?
    private var ownStarts: StartBudget
    /// Makes an environment shortly before the next event is expected.
    var preWarming: Scheduled<Void>?
    var touchedAt: UInt64

    init(now: UInt64, _ configuration: SandboxConfiguration, tenantOf function: FunctionRecord? = nil) {
        self.function = function
        self.activity = FunctionActivity(minuteNanoseconds: configuration.policyMinuteNanoseconds)
        self.ownStarts = StartBudget(now: now, starts: configuration.functionStarts)
        self.touchedAt = now
    }

    var starts: StartBudget {
        get { self.function?.starts ?? self.ownStarts }
        set {
            if let function = self.function { function.starts = newValue } else { self.ownStarts = newValue }
        }
    }

    func cancelPreWarming() {
        self.preWarming?.cancel()
        self.preWarming = nil
    }
}

/// The records of all functions, about so many: those that were not used for longest are forgotten, an eighth at a time, but for
/// functions that are expected.
struct FunctionRecords {
    static let limit = 8192
    private var records: [String: FunctionRecord] = [:]

    /// O(1), but when an eighth is forgotten.
    mutating func record(_ name: String, now: UInt64, _ configuration: SandboxConfiguration) -> FunctionRecord {
        if let record = self.records[name] {
            record.touchedAt = now
            return record
        }
        if self.records.count >= Self.limit {
            let oldest = self.records.filter { $0.value.preWarming == nil }.sorted {
                $0.value.touchedAt < $1.value.touchedAt
            }.prefix(Self.limit / 8)
            for (name, _) in oldest { self.records[name] = nil }
        }
        let record = FunctionRecord(now: now, configuration)
        self.records[name] = record
        return record
    }

    func cancelAll() { for record in self.records.values { record.preWarming?.cancel() } }
}
