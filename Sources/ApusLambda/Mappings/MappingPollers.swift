internal import ApusBase
package import ApusService
internal import ApusStore
internal import Synchronization

/// Keeps one poller for each enabled mapping: a step that compares what runs with what the store says, at the start and
/// after each change.
package final class MappingPollers: Sendable {
    private struct State {
        var pollers: [MappingKey: any ServedMapping] = [:]
    }
    private let invoker: any SynchronousInvocation
    private let state = Mutex(State())
    private let step = HostStep(name: "lambda-mappings")

    package init(invoker: any SynchronousInvocation) {
        self.invoker = invoker
    }

    /// Starts the pollers of all enabled mappings. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.step.start(on: host) { [weak self] host in self?.reconcile(host) }
    }

    /// Looks soon at what mappings there are.
    package func refresh() { self.step.wake() }

    /// The number of mappings that are polled, for metrics.
    package var count: Int { self.state.withLock { $0.pollers.count } }

    private func reconcile(_ host: ServiceHost) -> StepOutcome {
        var wanted: [MappingKey: MappingRecord] = [:]
        do throws(ServiceError) {
            try host.read(CallContext.system(host)) { (call) throws(ServiceError) in
                try call.scan(MappingKey.range()) { key, record in
                    if record.isEnabled { wanted[key] = record }
                    return .next
                }
            }
        } catch {
            return .sleep(until: host.clock.now + 1000)
        }
        var stopped: [any ServedMapping] = []
        var started: [any ServedMapping] = []
        self.state.withLock { state in
            for (key, poller) in state.pollers where wanted[key]?.change != poller.change || poller.hasEnded {
                state.pollers[key] = nil
                stopped.append(poller)
            }
            // In the order of keys, so that a simulation starts them the same way each time.
            for (key, record) in wanted.sorted(by: { $0.key.id < $1.key.id }) where state.pollers[key] == nil {
                let poller = self.poller(key, record, host)
                state.pollers[key] = poller
                started.append(poller)
            }
        }
        for poller in stopped { poller.stop() }
        for poller in started { host.driver.spawn { await poller.run() } }
        return .idle
    }

    private func poller(_ key: MappingKey, _ record: MappingRecord, _ host: ServiceHost) -> any ServedMapping {
        guard let mapping = StreamMapping(key, record) else {
            return MappingPoller(key: key, record: record, invoker: self.invoker, host: host)
        }
        return StreamPoller(
            mapping: mapping, change: record.change, source: host.ports.streams, invoker: self.invoker, host: host)
    }
}

/// What runs for one mapping, as it was at one change of it.
protocol ServedMapping: AnyObject, Sendable {
    /// `MappingRecord.change`.
    var change: UInt64 { get }
    /// Whether it has given up by itself.
    var hasEnded: Bool { get }

    /// Returns when it is stopped.
    func run() async

    /// Takes nothing more. What runs ends as it began.
    func stop()
}
