package import ApusService
internal import Synchronization

/// What functions have reserved or provisioned, account by account, so that a warm invocation does not read it. Changes are
/// forgotten when they commit, and read again.
package final class ReservedTotals: Sendable {
    private struct State {
        var totals: [ConcurrencyGate.Place: Int] = [:]
        /// Counts what was forgotten: a total that was read before is not kept.
        var generation: UInt64 = 0
    }
    private let state = Mutex(State())

    package init() {}

    package func total(_ place: ConcurrencyGate.Place, in session: Session) throws(ServiceError) -> Int {
        let (known, generation) = self.state.withLock { ($0.totals[place], $0.generation) }
        if let known { return known }
        let total = try session.read { (call) throws(ServiceError) in
            let usage = try call.usage(account: place.account, region: place.region)
            return usage.reservedConcurrency + usage.provisionedConcurrency
        }
        self.state.withLock { state in
            if state.generation == generation { state.totals[place] = total }
        }
        return total
    }

    package func forgetAll() {
        self.state.withLock { state in
            state.totals = [:]
            state.generation &+= 1
        }
    }

    package func forget(_ place: ConcurrencyGate.Place) {
        self.state.withLock { state in
            state.totals[place] = nil
            state.generation &+= 1
        }
    }
}
