internal import ApusBase
package import ApusService
internal import ApusStore
internal import Synchronization

/// Runs durable functions until their executions are over, whatever dies when.
///
/// What is to run lies under its time and stays there while it runs; the transaction that takes down what came of it removes it.
/// Waits, retries and time-outs are timers of the store.
package final class DurableExecutions: Sendable {
    /// Signalled when something is to run.
    static let channel = Channel(DurableDueKey(due: Timestamp(milliseconds: 0), execution: 0))
    /// Invocations that run at once.
    static let concurrency = 256
    /// A scan starts so far before what was first last time, since transactions that began earlier may commit later; once in a
    /// minute it starts at the beginning, so that nothing is ever passed for good.
    private static let headMargin: Int64 = 5_000
    private static let wholeScanInterval: Int64 = 60_000

    private struct State {
        var inFlight: Set<DurableDueKey> = []
        /// Where scans start, past the tombstones of what has run.
        var head = Timestamp(milliseconds: 0)
        /// When the next scan starts at the very beginning.
        var wholeScan = Timestamp(milliseconds: 0)
    }
    private let state = Mutex(State())
    private let watch = ChannelWatch(DurableExecutions.channel)
    private let step = HostStep(name: "lambda-durable")

    package init() {}

    /// Goes on from now. Called once, before the server is ready.
    package func start(host: ServiceHost, invoker: any SynchronousInvocation) {
        host.timers.handle(.lambdaDurable) { (payload, call) throws(ServiceError) in
            guard let timer = DurableTimer(payload) else { return }
            try call.durableTimer(timer)
        }
        self.step.start(on: host) { [weak self] host in self?.startDue(host, invoker) }
    }

    private func startDue(_ host: ServiceHost, _ invoker: any SynchronousInvocation) -> StepOutcome {
        self.watch.set(on: host, waking: self.step)
        let now = host.clock.now
        let (inFlight, head, isWhole, wholeScan) = self.state.withLock { state in
            let isWhole = now >= state.wholeScan
            if isWhole {
                state.head = Timestamp(milliseconds: 0)
                state.wholeScan = now + Self.wholeScanInterval
            }
            return (state.inFlight, state.head, isWhole, state.wholeScan)
        }
        guard inFlight.count < Self.concurrency else { return .idle }
        let found: [DurableDueKey]
        do throws(ServiceError) {
            found = try host.read(CallContext.system(host, now: now)) { (call) throws(ServiceError) in
                let range = DurableDueKey.range().from { $0.append(head.milliseconds) }
                return try call.page(range, limit: 2 * Self.concurrency).map(\.key)
            }
        } catch {
            return .sleep(until: now + 1000)
        }
        let room = Self.concurrency - inFlight.count
        let started = found.filter { $0.due <= now && !inFlight.contains($0) }.prefix(room)
        for key in started {
            self.state.withLock { _ = $0.inFlight.insert(key) }
            host.driver.spawn { [self] in
                await DurableRun(key: key, invoker: invoker, host: host).run()
                self.state.withLock { _ = $0.inFlight.remove(key) }
                self.step.wake()
            }
        }
        // What is left is in flight, later, or has no room.
        let left = found.first { !inFlight.contains($0) && !started.contains($0) }
        self.state.withLock { $0.head = min(left?.due ?? now, now) - Self.headMargin }
        let next = found.first { $0.due > now }?.due
        if isWhole { return next.map { .sleep(until: $0) } ?? .idle }
        return .sleep(until: min(next ?? wholeScan, wholeScan))
    }

    // MARK: For those who invoke

    /// Errors: InvalidParameterValueException for an ARN without a version or an alias.
    static func checkQualifier(_ target: FunctionTarget) throws(ServiceError) {
        guard target.qualifier == nil else { return }
        throw LambdaError.invalidParameterValue("You cannot invoke a durable function using an unqualified ARN.")
    }

    /// Errors: InvalidParameterValueException where nobody would wait so long.
    static func checkSynchronous(_ target: FunctionTarget) throws(ServiceError) {
        guard target.record.configuration.durable?.timeoutSeconds ?? 0 > DurableLimits.synchronousSeconds else {
            return
        }
        throw LambdaError.invalidParameterValue(
            "You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes.")
    }

    /// Begins an execution, or finds the one of that name that began with the same.
    ///
    /// Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
    /// Errors: DurableExecutionAlreadyStartedException; InvalidParameterValueException.
    static func begin(
        _ target: FunctionTarget, _ event: IncomingEvent, name: String?, isAsynchronous: Bool, in call: inout Call
    ) throws(ServiceError) -> DurableRecord {
        try self.checkQualifier(target)
        if let name, let id = try call.get(DurableNameKey(function: target.record.id, name: name))?.number,
            let record = try call.durable(id)
        {
            let input = try call.get(DurablePayloadKey.input(id))?.text
            guard input == String(decoding: event.payload, as: UTF8.self), record.tenant == event.tenant else {
                throw LambdaError.durableExecutionAlreadyStarted("Durable execution already started: \(record.arn)")
            }
            return record
        }
        return try call.begin(target, event, name: name, isAsynchronous: isAsynchronous, parent: nil)
    }

    /// Begins an execution and answers once it is over.
    static func run(
        _ target: FunctionTarget, _ event: IncomingEvent, name: String?, in session: Session
    ) async throws(ServiceError) -> (record: DurableRecord, outcome: InvocationOutcome) {
        try self.checkSynchronous(target)
        let id = try await session.refreshed.write { (call) throws(ServiceError) in
            try self.begin(target, event, name: name, isAsynchronous: false, in: &call).id
        }
        let board = session.host.store.board
        let channel = Channel(DurableExecutionKey(id: id), wakesAll: true)
        while true {
            let seen = board.version(of: channel)
            let found = try session.refreshed.read { (call) throws(ServiceError) in
                (try call.durable(id), try call.get(DurablePayloadKey.result(id))?.text)
            }
            guard let record = found.0 else { throw LambdaError.resourceNotFound("The execution is no more.") }
            if !record.isRunning { return (record, record.outcome(result: found.1)) }
            _ = await board.change(
                of: channel, seen: seen, wakeAt: nil, deadline: session.host.clock.now + 60_000)
        }
    }
}
