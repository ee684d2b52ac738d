package import ApusBase
package import ApusWire
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The front door: takes connections, gives each whole request to a `RequestHandler`, writes the answers.
///
/// Life: `start` once, `shutdownGracefully` once. A server that was made must be shut down, for it has threads, unless `start`
/// failed.
package final class HTTPServer: Sendable {
    enum State {
        case new
        case starting
        case running(Running)
        case stopped
    }

    struct Running {
        var listeners: [any Channel]
        var reloads: CertificateWatch?
        let pipeline: ConnectionPipeline
        /// Listeners that come and go while the server runs.
        var adopted: [UInt64: EventLoopFuture<any Channel>] = [:]
        var lastAdopted: UInt64 = 0
    }

    private let configuration: HTTPServerConfiguration
    private let group: MultiThreadedEventLoopGroup
    let loops: [LoopContext]
    private let loopsByIdentity: [ObjectIdentifier: LoopContext]
    private let bodies: BodyBudget
    let state = Mutex(State.new)

    /// - Parameter clock: what `Date` fields and time-outs go by.
    package init(configuration: HTTPServerConfiguration, handler: any RequestHandler, clock: any Clock) {
        self.configuration = configuration
        self.group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoopCount)
        self.bodies = BodyBudget(limit: configuration.limits.allBodiesBytes)
        var loops: [LoopContext] = []
        var byIdentity: [ObjectIdentifier: LoopContext] = [:]
        for eventLoop in self.group.makeIterator() {
            let loop = LoopContext(
                eventLoop: eventLoop, handler: handler, clock: clock,
                sweepMilliseconds: configuration.timeouts.sweepMilliseconds, bodies: self.bodies)
            loops.append(loop)
            byIdentity[ObjectIdentifier(eventLoop)] = loop
        }
        self.loops = loops
        self.loopsByIdentity = byIdentity
    }

    /// Listens everywhere the configuration says, or nowhere. Returns where, in the configuration's order.
    package func start() async throws(HTTPServerError) -> [BoundAddress] {
        let isNew: Bool = self.state.withLock { state in
            guard case .new = state else { return false }
            state = .starting
            return true
        }
        guard isNew else { throw .alreadyStarted }
        let identity: TLSIdentity?
        do throws(CertificateFiles.Problem) {
            let told = self.configuration.tlsReloaded
            identity = try self.configuration.tls.map { (tls) throws(CertificateFiles.Problem) in
                try TLSIdentity(tls, told: told)
            }
        } catch {
            await self.abandonStart(listeners: [])
            throw .certificate(reason: error.reason)
        }
        let pipeline = ConnectionPipeline(
            limits: self.configuration.limits, timeouts: self.configuration.timeouts, identity: identity,
            webSockets: self.configuration.webSockets)
        var listeners: [any Channel] = []
        for listener in self.configuration.listeners {
            do {
                listeners.append(try await self.bind(listener, pipeline))
            } catch {
                await self.abandonStart(listeners: listeners)
                throw .cannotListen(on: listener, reason: Self.reason(error))
            }
        }
        let bound: [BoundAddress] = listeners.map { Self.address(of: $0) }
        let reloads = identity.map { CertificateWatch($0) }
        self.state.withLock { $0 = .running(Running(listeners: listeners, reloads: reloads, pipeline: pipeline)) }
        return bound
    }

    private func abandonStart(listeners: [any Channel]) async {
        for channel in listeners { try? await channel.close() }
        try? await self.group.shutdownGracefully()
        self.state.withLock { $0 = .stopped }
    }

    /// Stops accepting, closes idle connections, lets what runs be answered (with `connection: close`), then closes. What is
    /// not answered within `deadline` is cut off. Returns how many connections were.
    /// Without effect the second time, and while `start` is under way.
    @discardableResult
    package func shutdownGracefully(deadline: Duration) async -> Int {
        let (stops, running): (Bool, Running?) = self.state.withLock { state in
            switch state {
            case .new:
                state = .stopped
                return (true, nil)
            case .running(let running):
                state = .stopped
                return (true, running)
            case .starting, .stopped: return (false, nil)
            }
        }
        guard stops else { return 0 }
        running?.reloads?.stop()
        var listeners: [any Channel] = running?.listeners ?? []
        for adopted in running.map({ Array($0.adopted.values) }) ?? [] {
            if let listener = try? await adopted.get() { listeners.append(listener) }
        }
        await self.stopAccepting(listeners)
        for listener in listeners { try? await listener.close() }
        let drained: [EventLoopFuture<Void>] = self.loops.map { $0.drain() }
        let deadlineTimer: Scheduled<EventLoopFuture<Int>> =
            self.loops[0].eventLoop.scheduleTask(in: TimeAmount(deadline)) { self.closeAll() }
        try? await EventLoopFuture.andAllComplete(drained, on: self.loops[0].eventLoop).get()
        deadlineTimer.cancel()
        let cutOff: Int = (try? await deadlineTimer.futureResult.get().get()) ?? 0
        for loop in self.loops { try? await loop.closeMailbox().get() }
        try? await self.group.shutdownGracefully()
        return cutOff
    }

    private func closeAll() -> EventLoopFuture<Int> {
        let closed: [EventLoopFuture<Int>] = self.loops.map { $0.closeAll() }
        return EventLoopFuture.reduce(0, closed, on: self.loops[0].eventLoop) { $0 + $1 }
    }

    /// Runs `body` and sends the answers that it gives on this thread together: each event loop is woken at most once, at the
    /// end. For whoever answers many requests at a time, as after a group commit. Answers that other threads give meanwhile
    /// wait too, so `body` should be short. May be nested.
    package func batchReplies(_ body: () -> Void) {
        for loop in self.loops { loop.hold() }
        body()
        for loop in self.loops { loop.release() }
    }

    /// Sums over all loops at about one moment.
    package var counters: HTTPServerCounters {
        var counters = HTTPServerCounters()
        for loop in self.loops { counters.add(loop.counters) }
        counters.bodyBytesHeld = self.bodies.held
        return counters
    }

    // MARK: Listening

    /// Connections that the kernel holds while nobody accepts them, as between two processes of an upgrade. The kernel's own
    /// bound, `net.core.somaxconn`, is this number by default.
    private static let backlog: Int32 = 4096

    private func bind(
        _ listener: HTTPServerConfiguration.Listener, _ pipeline: ConnectionPipeline
    ) async throws -> any Channel {
        let bootstrap = self.bootstrap(pipeline)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        switch listener {
        case .tcp(let host, let port):
            return try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1).bind(
                host: host, port: port
            ).get()
        case .inherited(let descriptor):
            return try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1).withBoundSocket(
                descriptor
            ).get()
        case .unixSocket(let path):
            return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        }
    }

    func bootstrap(_ pipeline: ConnectionPipeline) -> ServerBootstrap {
        ServerBootstrap(group: self.group)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 65_536, high: 262_144))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.open(channel, pipeline) }
            }
    }

    private func open(_ channel: any Channel, _ pipeline: ConnectionPipeline) throws {
        guard let loop = self.loopsByIdentity[ObjectIdentifier(channel.eventLoop)] else {
            preconditionFailure("A connection came on a loop of another group.")
        }
        let isFull: Bool = self.counters.connectionsOpen >= self.configuration.limits.connections
        try pipeline.configure(channel, loop: loop, admission: isFull ? .refused : .served)
    }

    private static func address(of channel: any Channel) -> BoundAddress {
        switch channel.localAddress {
        case .unixDomainSocket?: .unixSocket(path: channel.localAddress?.pathname ?? "")
        case let address: .tcp(host: address?.ipAddress ?? "", port: address?.port ?? 0)
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        return String(describing: error)
    }
}
