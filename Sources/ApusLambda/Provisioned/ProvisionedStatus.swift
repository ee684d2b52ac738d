internal import ApusBase
internal import ApusService

/// How far the environments of a version or an alias have come.
struct ProvisionedStatus {
    var requested: Int
    var allocated: Int
    /// Why some are missing.
    var failure: String?
    var modified: Timestamp

    /// Ready; failed, where an attempt has; else on the way.
    var status: String {
        if self.allocated >= self.requested { return "READY" }
        return self.failure == nil ? "IN_PROGRESS" : "FAILED"
    }

    var reason: String? { self.status == "FAILED" ? self.failure : nil }
}

extension Call {
    /// Asks the runner how far it is.
    mutating func status(
        of record: ProvisionedRecord, _ qualifier: String, latest: FunctionRecord
    ) throws(ServiceError) -> ProvisionedStatus {
        var status = ProvisionedStatus(requested: record.requested, allocated: 0, modified: record.modified)
        let runner = self.ports.runner
        for share in try self.shares(of: record, qualifier, latest: latest) {
            let revision = share.version.revision
            status.allocated += min(runner.provisionedCount(revision: revision), share.count)
            status.failure = status.failure ?? runner.provisionFailure(revision: revision)
        }
        return status
    }

    /// Which versions are to have how many environments.
    mutating func shares(
        of record: ProvisionedRecord, _ qualifier: String, latest: FunctionRecord
    ) throws(ServiceError) -> [(version: FunctionRecord, count: Int)] {
        guard let alias = try self.get(AliasKey(function: latest.id, name: qualifier)) else {
            return try self.version(named: qualifier, of: latest).map { [($0, record.requested)] } ?? []
        }
        var shares: [(version: FunctionRecord, count: Int)] = []
        for share in ProvisionedPlan.shares(of: record.requested, among: alias) {
            if let version = try self.version(named: share.version, of: latest) {
                shares.append((version, share.count))
            }
        }
        return shares
    }
}
