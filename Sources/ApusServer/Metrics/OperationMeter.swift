internal import Synchronization

/// Counts the requests of one operation: by status, by error code, and by duration. Cheap enough for every request: one
/// uncontended lock and no allocation once a status was seen.
package final class OperationMeter: Sendable {
    /// The service as in the route table: `sqs`.
    package let service: String
    /// AWS's name of the operation.
    package let operation: String
    private let state = Mutex(OperationCounts())

    init(service: String, operation: String) {
        self.service = service
        self.operation = operation
    }

    /// Counts one answered request. `code` is AWS's error code, nil for a success.
    package func record(status: Int, code: String?, durationNanoseconds: UInt64) {
        self.state.withLock { counts in
            counts.add(status: status)
            if let code { counts.add(code: code) }
            counts.durations.add(nanoseconds: durationNanoseconds)
        }
    }

    /// What was counted so far.
    package var counts: OperationCounts { self.state.withLock { $0 } }
}

/// What an `OperationMeter` counted.
package struct OperationCounts: Sendable {
    /// Error codes told apart; later ones count as `other`, so that no input can make the page grow without bound.
    package static let codeLimit = 48
    package static let otherCode = "other"

    /// In the order in which they were first seen.
    package private(set) var statuses: [(status: Int, count: UInt64)] = []
    package private(set) var codes: [String: UInt64] = [:]
    package var durations: DurationHistogram = DurationHistogram()

    mutating func add(status: Int) {
        for index in self.statuses.indices where self.statuses[index].status == status {
            self.statuses[index].count += 1
            return
        }
        self.statuses.append((status, 1))
    }

    mutating func add(code: String) {
        let isKnown = self.codes[code] != nil || self.codes.count < Self.codeLimit
        self.codes[isKnown ? code : Self.otherCode, default: 0] += 1
    }
}
