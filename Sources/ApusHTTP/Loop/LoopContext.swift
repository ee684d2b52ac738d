internal import ApusBase
internal import ApusWire
internal import NIOCore

/// What the connections of one event loop share: the mailbox, the time, the `Date` field, the sweep for slow peers, counters.
///
/// A turn of the loop has three stages: all that came is read, then all requests in it are handled, then all answers are written.
/// So each stage runs on code that the processor has at hand, and the peers, whom a write wakes, wake together.
///
/// It is also the executor of tasks that are to stay on their connection's thread. (NIO can replace the global executor
/// instead; that is unreliable: it fails with a static standard library.)
///
/// SAFETY: `mailbox` and `counters` are safe from any thread; everything declared `var` is touched on `eventLoop` only, which
/// the methods that do so check in debug builds.
final class LoopContext: TaskExecutor, @unchecked Sendable {
    let eventLoop: any EventLoop
    let counters = LoopCounters()
    let bodies: BodyBudget
    private let handler: any RequestHandler
    let recentFields = RecentFields()
    private let clock: any Clock
    private let sweepInterval: TimeAmount
    private let mailbox: LoopMailbox

    private(set) var connections: [any LoopConnection] = []
    private(set) var phase = Phase.open
    /// How long a connection that nothing came on yet is kept while the server ends.
    static let firstRequestPatience = TimeAmount.milliseconds(250)
    private var drained: EventLoopPromise<Void>?
    /// Connections that were there when the phase `retiring` began and still are; nil outside of that phase.
    private var retiring: (count: Int, done: EventLoopPromise<Void>)?
    private var sweep: RepeatedTask?
    private var spareItems: [LoopMailbox.Item] = []
    /// Connections that got answers while the mailbox is emptied or requests are handled; nil at other times.
    private var unflushed: [any LoopConnection]?
    private struct Arrival {
        var request: HTTPRequest
        var exchange: ConnectionExchange
    }
    /// What was read in this turn of the loop and is not handled yet.
    private var arrivals: [Arrival] = []
    private var spareArrivals: [Arrival] = []
    /// Nanoseconds of the monotonic clock, as of the last event.
    private(set) var now: UInt64
    private(set) var date: [UInt8] = []
    /// The same, for HTTP/2, whose fields are texts.
    private(set) var dateText = ""
    private var dateChangesAt: UInt64 = 0

    init(
        eventLoop: any EventLoop, handler: any RequestHandler, clock: any Clock, sweepMilliseconds: Int,
        bodies: BodyBudget
    ) {
        self.eventLoop = eventLoop
        self.handler = handler
        self.bodies = bodies
        self.clock = clock
        self.sweepInterval = .milliseconds(Int64(sweepMilliseconds))
        self.mailbox = LoopMailbox(eventLoop: eventLoop)
        self.now = clock.monotonicNanoseconds
    }

    /// How far the server is on its way to its end.
    enum Phase {
        case open
        /// Every answer says that its connection ends, new connections are served likewise.
        case retiring
        /// New connections are served once, as they came before the listener was closed.
        case draining
    }

    // MARK: Time

    /// Reads the clock; called once per burst of events.
    func refreshTime() {
        self.now = self.clock.monotonicNanoseconds
        if self.now >= self.dateChangesAt {
            let wall: Timestamp = self.clock.now
            self.dateText = wall.httpDate
            self.date = Array(self.dateText.utf8)
            let elapsed: Int64 = wall.milliseconds % 1000
            self.dateChangesAt = self.now + UInt64(1000 - max(0, elapsed)) * 1_000_000
        }
    }

    // MARK: Mailbox

    /// From any thread; false when the loop is gone.
    func post(_ item: LoopMailbox.Item) -> Bool { self.mailbox.post(item, drain: { self.emptyMailbox() }) }

    func hold() { self.mailbox.hold() }
    func release() { self.mailbox.release(drain: { self.emptyMailbox() }) }

    private func emptyMailbox() {
        self.eventLoop.assertInEventLoop()
        LoopCounters.add(1, to: self.counters.mailboxRounds)
        var empty: [LoopMailbox.Item] = []
        swap(&empty, &self.spareItems)
        var items: [LoopMailbox.Item] = self.mailbox.take(leaving: empty)
        self.handle(items)
        items.removeAll(keepingCapacity: items.capacity <= 1024)
        self.spareItems = items
    }

    /// Part of `TaskExecutor`; from any thread.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // A task must not be lost: when the loop is gone, it goes on where it was resumed.
        if !self.post(.job(job)) { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    private func handle(_ items: [LoopMailbox.Item]) {
        self.refreshTime()
        self.beforeFlush { for item in items { self.handle(item) } }
    }

    private func handle(_ item: LoopMailbox.Item) {
        switch item {
        case .answer(let connection, let sequence, let response): connection.answer(sequence, with: response)
        case .watch(let connection, let sequence, let exchange): connection.watch(sequence, exchange)
        case .part(let connection, let sequence, let part): connection.take(part, of: sequence)
        case .message(let socket, let message): socket.transmit(message)
        case .goodbye(let socket, let code, let reason): socket.sayGoodbye(code, reason, tells: code)
        case .job(let job): job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }

    /// Has the answers that `body` causes written after it.
    private func beforeFlush(_ body: () -> Void) {
        self.unflushed = []
        body()
        let connections: [any LoopConnection] = self.unflushed ?? []
        self.unflushed = nil
        for connection in connections { connection.flush() }
    }

    /// Has `connection` flushed when the mailbox is empty, or the requests are handled; false when neither is under way.
    func flushLater(_ connection: any LoopConnection) -> Bool {
        if self.unflushed == nil { return false }
        self.unflushed!.append(connection)
        return true
    }

    // MARK: Requests

    /// Hands a request to the handler once every connection that has something to read has been read. On the loop.
    func arrived(_ request: HTTPRequest, _ exchange: ConnectionExchange) {
        // A connection that is alone waits for nobody.
        guard self.connections.count > 1 else {
            self.countArrivals(1)
            return self.handler.handle(request, exchange)
        }
        self.arrivals.append(Arrival(request: request, exchange: exchange))
        if self.arrivals.count == 1 { self.eventLoop.assumeIsolated().execute { self.handleArrivals() } }
    }

    private func handleArrivals() {
        guard !self.arrivals.isEmpty else { return }
        var arrivals: [Arrival] = []
        swap(&arrivals, &self.spareArrivals)
        swap(&arrivals, &self.arrivals)
        self.countArrivals(arrivals.count)
        self.beforeFlush { for arrival in arrivals { self.handler.handle(arrival.request, arrival.exchange) } }
        arrivals.removeAll(keepingCapacity: arrivals.capacity <= 1024)
        self.spareArrivals = arrivals
    }

    private func countArrivals(_ number: Int) {
        LoopCounters.add(number, to: self.counters.requests)
        LoopCounters.add(1, to: self.counters.requestRounds)
    }

    // MARK: Connections

    func register(_ connection: any LoopConnection) {
        self.eventLoop.assertInEventLoop()
        self.refreshTime()
        LoopCounters.add(1, to: self.counters.connectionsOpen)
        connection.index = self.connections.count
        self.connections.append(connection)
        if self.sweep == nil {
            self.sweep = self.eventLoop.scheduleRepeatedTask(
                initialDelay: self.sweepInterval, delay: self.sweepInterval
            ) { _ in self.sweepConnections() }
        }
    }

    func unregister(_ connection: any LoopConnection) {
        self.eventLoop.assertInEventLoop()
        guard let index = connection.index else { return }
        connection.index = nil
        LoopCounters.add(-1, to: self.counters.connectionsOpen)
        let last: any LoopConnection = self.connections.removeLast()
        if index < self.connections.count {
            self.connections[index] = last
            last.index = index
        }
        if connection.isRetiring { self.retired() }
        if self.connections.isEmpty { self.drained?.succeed() }
    }

    private func sweepConnections() {
        if self.connections.isEmpty {
            self.sweep?.cancel()
            self.sweep = nil
            return
        }
        self.refreshTime()
        for connection in self.connections { connection.checkTime() }
    }

    // MARK: End

    /// Has every answer from now on say that its connection ends. Succeeds when those connections that are there now are gone.
    func retire() -> EventLoopFuture<Void> {
        self.eventLoop.flatSubmit {
            guard self.phase == .open, !self.connections.isEmpty else {
                if self.phase == .open { self.phase = .retiring }
                return self.eventLoop.makeSucceededVoidFuture()
            }
            self.phase = .retiring
            let done: EventLoopPromise<Void> = self.eventLoop.makePromise()
            self.retiring = (self.connections.count, done)
            let connections: [any LoopConnection] = self.connections
            for connection in connections { connection.isRetiring = true }
            for connection in connections { connection.retire() }
            return done.futureResult
        }
    }

    private func retired() {
        guard let (count, done) = self.retiring else { return }
        self.retiring = count > 1 ? (count - 1, done) : nil
        if count == 1 { done.succeed() }
    }

    /// Waits for nobody any more who was asked to retire.
    func stopWaiting() {
        self.eventLoop.execute {
            self.retiring?.done.succeed()
            self.retiring = nil
        }
    }

    /// Closes what is idle and lets the rest finish. Succeeds when no connection is left.
    func drain() -> EventLoopFuture<Void> {
        self.eventLoop.flatSubmit {
            let promise: EventLoopPromise<Void> = self.eventLoop.makePromise()
            self.drained = promise
            self.phase = .draining
            if self.connections.isEmpty { promise.succeed() }
            for connection in self.connections { connection.drain() }
            return promise.futureResult
        }
    }

    /// Closes all connections whatever they do; the number of them.
    func closeAll() -> EventLoopFuture<Int> {
        self.eventLoop.submit {
            let connections: [any LoopConnection] = self.connections
            for connection in connections { connection.close() }
            return connections.count
        }
    }

    /// Ends the mailbox; what was left in it is done now.
    func closeMailbox() -> EventLoopFuture<Void> {
        self.eventLoop.submit {
            self.sweep?.cancel()
            self.handleArrivals()
            self.handle(self.mailbox.close())
        }
    }
}
