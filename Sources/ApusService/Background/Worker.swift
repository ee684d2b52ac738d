package import ApusBase
package import ApusStore
internal import Synchronization

/// Background work in bounded transactions, correct when the process dies between any two of them.
package protocol Worker: Sendable {
    /// Names the worker in metrics: `sqs-retention`.
    var name: String { get }

    /// What is signalled when there is new work for a worker that sleeps; nil for one that only goes by time.
    var channel: Channel? { get }

    /// One bounded piece of work, in a transaction of the server's own. Writing nothing costs no commit.
    func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome
}

extension Worker {
    package var channel: Channel? { nil }
}

/// What a worker wants next.
package enum WorkerOutcome: Sendable, Equatable {
    /// There is more to do now.
    case more
    /// Nothing before that time.
    case sleep(until: Timestamp)
    /// Nothing until woken.
    case idle
}

/// Runs a worker as a step of the driver.
package final class WorkerRun: Sendable {
    private struct State {
        var busy = false
        var isListening = false
        var next = StepOutcome.again
        var steps: UInt64 = 0
        var failures: UInt64 = 0
    }
    private let worker: any Worker
    private let state = Mutex(State())
    private let step: HostStep

    package init(_ worker: any Worker, host: ServiceHost) {
        self.worker = worker
        self.step = HostStep(name: worker.name)
        self.step.start(on: host) { [weak self] host in self?.run(host) }
    }

    package var name: String { self.worker.name }
    package var steps: UInt64 { self.state.withLock { $0.steps } }
    package var failures: UInt64 { self.state.withLock { $0.failures } }
    package func wake() {
        self.state.withLock { $0.next = .again }
        self.step.wake()
    }

    private func run(_ host: ServiceHost) -> StepOutcome {
        let now = host.clock.now
        let proceed: StepOutcome? = self.state.withLock { state in
            if state.busy { return .idle }
            switch state.next {
            case .again: break
            case .idle: return .idle
            case .sleep(let until): if until > now { return state.next }
            }
            state.busy = true
            state.next = .idle
            state.steps += 1
            return nil
        }
        if let proceed { return proceed }
        let worker = self.worker
        // From before the look: what is signalled during it is not missed.
        let seen = worker.channel.map { host.store.board.version(of: $0) }
        host.write(CallContext.system(host, now: now), { (call) throws(ServiceError) in try worker.work(in: &call) }) {
            (result: Result<WorkerOutcome, ServiceError>) in
            self.state.withLock { state in
                state.busy = false
                switch result {
                case .success(.more): state.next = .again
                case .success(.idle): break
                case .success(.sleep(let until)): if state.next == .idle { state.next = .sleep(until: until) }
                case .failure:
                    state.failures += 1
                    state.next = .sleep(until: now + 1000)
                }
            }
            if let channel = worker.channel, let seen, result != .success(.more) { self.listen(channel, seen, host) }
            self.step.wake()
        }
        return .idle
    }

    /// Has the next signal wake the worker. Whoever listens already hears it.
    private func listen(_ channel: Channel, _ seen: UInt64, _ host: ServiceHost) {
        let isFirst = self.state.withLock { state in
            defer { state.isListening = true }
            return !state.isListening
        }
        guard isFirst else { return }
        host.store.board.wait(
            on: channel, seen: seen, wakeAt: nil, deadline: host.clock.now + Self.listenMilliseconds
        ) { [weak self] _ in
            self?.state.withLock { $0.isListening = false }
            self?.wake()
        }
    }
    /// Places in the line of a channel end some time; then the worker looks without having been called.
    private static let listenMilliseconds: Int64 = 3_600_000
}
