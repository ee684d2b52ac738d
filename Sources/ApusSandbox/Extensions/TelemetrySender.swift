internal import ApusBase
internal import CApusSandbox
internal import NIOCore
internal import NIOPosix

/// Sends a subscriber its events, one batch at a time, on a connection that it keeps. Confined to the runner's event loop.
///
/// A batch that was not answered is sent again, a few times; then it is given up. By TCP nothing is answered: what the socket has
/// taken is gone.
final class TelemetrySender: @unchecked Sendable {
    // SAFETY: all state is touched on `eventLoop` only.

    private static let tries = 3
    private static let pauseMilliseconds: Int64 = 100

    let subscription: TelemetrySubscription
    private let user: UInt32?
    private let network: EnvironmentNetwork?
    private let eventLoop: any EventLoop
    private let clock: any Clock
    private var buffer: TelemetryBuffer
    private var channel: (any Channel)?
    /// On its way, with the number of its tries.
    private var batch: (body: [UInt8], tries: Int)?
    private var timer: Scheduled<Void>?
    private var isClosed = false
    /// The environment ends: nothing waits for more.
    private var isFlushing = false

    /// `network`: where the subscriber listens, if not in the host's; otherwise its listener must be the user's.
    init(
        _ subscription: TelemetrySubscription, user: UInt32?, network: EnvironmentNetwork?, eventLoop: any EventLoop,
        clock: any Clock
    ) {
        self.subscription = subscription
        self.user = user
        self.network = network
        self.eventLoop = eventLoop
        self.clock = clock
        self.buffer = TelemetryBuffer(subscription.buffering)
    }

    func add(_ event: [UInt8]) {
        guard !self.isClosed else { return }
        self.buffer.add(event, now: self.clock.monotonicNanoseconds)
        self.schedule()
    }

    /// Sends what waits, and what is still to come, without waiting for more.
    func finish() {
        self.isFlushing = true
        self.sendNow()
    }

    private func sendNow() {
        guard !self.isClosed, self.batch == nil, !self.buffer.isEmpty else { return }
        self.begin()
    }

    func close() {
        self.isClosed = true
        self.timer?.cancel()
        self.timer = nil
        self.batch = nil
        self.channel?.close(promise: nil)
        self.channel = nil
    }

    private func schedule() {
        guard self.batch == nil, let deadline = self.buffer.deadline else { return }
        let now = self.clock.monotonicNanoseconds
        // A full buffer is due before the time that it had when it was not.
        if deadline <= now || self.isFlushing { return self.begin() }
        guard self.timer == nil else { return }
        self.timer = self.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(deadline - now))) {
            self.timer = nil
            self.sendNow()
        }
    }

    private func begin() {
        self.timer?.cancel()
        self.timer = nil
        let now = self.clock.monotonicNanoseconds
        if let dropped = self.buffer.takeDropped() { self.buffer.add(dropped.json(at: self.clock.now), now: now) }
        self.batch = (self.buffer.take(now: now, for: self.subscription.transport), 0)
        self.send()
    }

    private func send() {
        guard !self.isClosed, self.batch != nil else { return }
        if let channel = self.channel { return self.write(to: channel) }
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(1))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TelemetryAnswers(sender: self))
                }
            }
        guard let network = self.network else {
            return self.follow(bootstrap.connect(host: "127.0.0.1", port: self.subscription.port))
        }
        network.connect(port: self.subscription.port) { socket in
            guard let socket else { return self.failed() }
            self.follow(bootstrap.withConnectedSocket(socket))
        }
    }

    private func follow(_ connection: EventLoopFuture<any Channel>) {
        connection
            .hop(to: self.eventLoop)
            .whenComplete { result in
                guard case .success(let channel) = result, !self.isClosed, self.isTheirs(channel) else {
                    if case .success(let channel) = result { channel.close(promise: nil) }
                    return self.failed()
                }
                self.channel = channel
                self.write(to: channel)
            }
    }

    /// Other programs of this machine listen on loopback too: what an environment names must be its own.
    private func isTheirs(_ channel: any Channel) -> Bool {
        guard self.network == nil, let user = self.user else { return true }
        var owner: UInt32 = 0
        let local = UInt16(channel.localAddress?.port ?? 0)
        let peer = UInt16(channel.remoteAddress?.port ?? 0)
        return apus_peer_user(local, peer, &owner) == 0 && owner == user
    }

    private func write(to channel: any Channel) {
        guard let batch = self.batch else { return }
        guard case .http(let method, let path) = self.subscription.transport else {
            channel.writeAndFlush(channel.allocator.buffer(bytes: batch.body))
                .hop(to: self.eventLoop)
                .whenComplete { result in if case .success = result { self.answered() } }
            return
        }
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: sandbox.localdomain:\(self.subscription.port)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(batch.body.count)\r\n\r\n"
        var bytes = channel.allocator.buffer(capacity: head.utf8.count + batch.body.count)
        bytes.writeString(head)
        bytes.writeBytes(batch.body)
        channel.writeAndFlush(bytes, promise: nil)
    }

    /// The subscriber has answered.
    fileprivate func answered() {
        self.batch = nil
        self.schedule()
    }

    /// The connection has gone, whatever it has brought.
    fileprivate func lost(_ channel: any Channel) {
        guard let own = self.channel, own === channel else { return }
        self.channel = nil
        if self.batch != nil { self.failed() }
    }

    private func failed() {
        guard !self.isClosed, var batch = self.batch else { return }
        batch.tries += 1
        guard batch.tries < Self.tries else {
            self.batch = nil
            return self.schedule()
        }
        self.batch = batch
        self.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Self.pauseMilliseconds)) { self.send() }
    }
}

/// Finds the end of each answer of a subscriber; what it says does not matter.
private final class TelemetryAnswers: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    /// An answer that is longer ends the connection.
    private static let longest = 64 * 1024

    private let sender: TelemetrySender
    private var answer = TelemetryAnswer()

    init(sender: TelemetrySender) { self.sender = sender }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = self.unwrapInboundIn(data)
        switch self.answer.take(Array(buffer.readableBytesView), limit: Self.longest) {
        case .partial: break
        case .whole: self.sender.answered()
        case .wholeAndLast:
            self.sender.answered()
            context.close(promise: nil)
        case .malformed: context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { self.sender.lost(context.channel) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// An HTTP/1.1 answer as far as its end matters, without I/O.
struct TelemetryAnswer {
    enum Progress: Equatable {
        case partial, whole
        /// The connection is of no use after it.
        case wholeAndLast
        case malformed
    }
    private var bytes: [UInt8] = []

    mutating func take(_ more: [UInt8], limit: Int) -> Progress {
        self.bytes += more
        let text = String(decoding: self.bytes, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.") || self.bytes.count < 7 else { return .malformed }
        guard let end = Self.headEnd(self.bytes) else { return self.bytes.count > limit ? .malformed : .partial }
        let lines = String(decoding: self.bytes[..<end], as: UTF8.self).lowercased().split(separator: "\r\n")
        var length: Int?
        var isLast = text.hasPrefix("HTTP/1.0")
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.filter { $0 != " " } }
            guard parts.count == 2 else { continue }
            if parts[0] == "content-length" { length = Int(parts[1]) }
            if parts[0] == "connection", parts[1] == "close" { isLast = true }
            // Its end would have to be looked for: the connection's end serves as well.
            if parts[0] == "transfer-encoding" { isLast = true }
        }
        guard let length else {
            // Without a length the body ends with the connection, or there is none.
            self.bytes = []
            return .wholeAndLast
        }
        guard length <= limit else { return .malformed }
        guard self.bytes.count >= end + 4 + length else { return .partial }
        self.bytes = []
        return isLast ? .wholeAndLast : .whole
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { at in
            bytes[at] == 13 && bytes[at + 1] == 10 && bytes[at + 2] == 13 && bytes[at + 3] == 10
        }
    }
}
