internal import ApusBase
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Carries what environments with a network of their own send to the outside, and what comes back: connections, as far as rules
/// permit them, and questions for names. On an event loop of its own: the runner's has no time for it.
///
/// It works at the level of connections, since packets would want rights on the host's network, interfaces and filters for each
/// environment. So an environment's connection is taken first and made on then; one that cannot be is reset.
final class OutsideRelay: Sendable {
    static let connectSeconds: Int64 = 10

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let eventLoop: any EventLoop
    let egress: Egress
    /// Where the host asks for names.
    let nameservers: [SocketAddress]

    private let entropy: any Entropy

    init(egress: Egress, entropy: any Entropy) {
        self.egress = egress
        self.entropy = entropy
        self.eventLoop = self.group.next()
        self.nameservers = Self.nameservers(ControlFiles.read("/etc/resolv.conf") ?? "")
    }

    /// As resolv.conf(5) has them, of one version of IP; the machine itself where it has none.
    static func nameservers(_ text: String) -> [SocketAddress] {
        let named = text.split(separator: "\n").compactMap { line -> SocketAddress? in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            return try? SocketAddress(ipAddress: String(words[1]), port: 53)
        }
        if named.isEmpty, let own = try? SocketAddress(ipAddress: "127.0.0.1", port: 53) { return [own] }
        // One socket asks all of them.
        return named.filter { $0.protocol == named[0].protocol }
    }

    func number() -> UInt16 { UInt16(truncatingIfNeeded: self.entropy.nextUInt64()) }

    func stop() { self.group.shutdownGracefully { _ in } }

    enum Destination: Sendable {
        /// What the environment has connected to.
        case meant
        case nameserver
    }

    /// Takes an environment's connections from a socket that listens inside of it, which becomes the relay's. Returns what ends
    /// that, and the connections with it.
    func carry(_ descriptor: Int32, to destination: Destination) -> @Sendable () -> Void {
        let connections = RelayedConnections(relay: self, destination: destination)
        let listener = ServerBootstrap(group: self.eventLoop)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { connections.take(channel) }
            }
            .withBoundSocket(descriptor)
        return {
            listener.whenSuccess { $0.close(promise: nil) }
            self.eventLoop.execute { connections.end() }
        }
    }

    /// Answers an environment's questions for names on its UDP socket, which becomes the relay's. Returns what ends that.
    func answerNames(_ descriptor: Int32) -> @Sendable () -> Void {
        let names = NameRelay(relay: self)
        let inside = DatagramBootstrap(group: self.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NameRelay.Inside(names))
                }
            }
            .withBoundSocket(descriptor)
        return {
            inside.whenSuccess { $0.close(promise: nil) }
            self.eventLoop.execute { names.end() }
        }
    }
}

/// The connections of one environment through one of its sockets. Confined to the relay's event loop.
private final class RelayedConnections: @unchecked Sendable {
    // SAFETY: all state is touched on the relay's event loop only.

    private static let maximum = 512

    private let relay: OutsideRelay
    private let destination: OutsideRelay.Destination
    private var open: [ObjectIdentifier: any Channel] = [:]
    private var hasEnded = false

    init(relay: OutsideRelay, destination: OutsideRelay.Destination) {
        self.relay = relay
        self.destination = destination
    }

    func take(_ channel: any Channel) {
        guard !self.hasEnded, self.open.count < Self.maximum, let address = self.address(channel) else {
            return Self.reset(channel)
        }
        self.open[ObjectIdentifier(channel)] = channel
        channel.closeFuture.whenComplete { _ in self.open[ObjectIdentifier(channel)] = nil }
        ClientBootstrap(group: channel.eventLoop)
            .connectTimeout(.seconds(OutsideRelay.connectSeconds))
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(to: address)
            .whenComplete { result in
                switch result {
                case .failure: Self.reset(channel)
                case .success(let outside): Self.join(channel, outside)
                }
            }
    }

    func end() {
        self.hasEnded = true
        for channel in self.open.values { channel.close(promise: nil) }
    }

    private func address(_ channel: any Channel) -> SocketAddress? {
        guard self.destination == .meant else { return self.relay.nameservers.first }
        guard let meant = channel.localAddress, let text = meant.ipAddress, let number = Egress.address(text),
            let port = meant.port.flatMap(UInt16.init(exactly:)),
            self.relay.egress.permits(number, port: port, machine: Egress.machineAddresses())
        else { return nil }
        return meant
    }

    private static func join(_ inside: any Channel, _ outside: any Channel) {
        guard inside.isActive, outside.isActive else {
            outside.close(promise: nil)
            return self.reset(inside)
        }
        let (one, other) = RelayHandler.pair()
        do {
            try inside.pipeline.syncOperations.addHandler(one)
            try outside.pipeline.syncOperations.addHandler(other)
        } catch {
            outside.close(promise: nil)
            return self.reset(inside)
        }
        inside.setOption(.autoRead, value: true).whenFailure { _ in inside.close(promise: nil) }
        outside.setOption(.autoRead, value: true).whenFailure { _ in outside.close(promise: nil) }
    }

    /// Closes it in a way that says that something is wrong.
    private static func reset(_ channel: any Channel) {
        let now = linger(l_onoff: 1, l_linger: 0)
        (channel as? any SocketOptionProvider)?.setSoLinger(now).whenComplete { _ in }
        channel.eventLoop.execute { channel.close(promise: nil) }
    }
}
