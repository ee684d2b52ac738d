internal import CApusSandbox
internal import Glibc

/// The server's end of one environment's own network. Confined to the runner's event loop.
final class EnvironmentNetwork: @unchecked Sendable {
    // SAFETY: all state is touched on the runner's event loop only.

    let plan: OwnNetwork
    private let environment: UInt64
    private let launcher: Launcher
    /// Through which the sockets come that were made inside.
    private var channel: Int32
    /// Connections that are being made to listeners inside, by their numbers.
    private var awaited: [UInt32: (channel: Int32, done: (Int32?) -> Void)] = [:]
    private var lastNumber: UInt32 = 0
    private var whenClosed: [() -> Void] = []
    private var isClosed = false

    private init(plan: OwnNetwork, environment: UInt64, launcher: Launcher, channel: Int32) {
        self.plan = plan
        self.environment = environment
        self.launcher = launcher
        self.channel = channel
    }

    deinit { if self.channel >= 0 { Glibc.close(self.channel) } }

    /// Returns with it what its sockets are to be sent through, which goes to the launcher; nil where no descriptors are left.
    static func make(
        _ plan: OwnNetwork, environment: UInt64, launcher: Launcher
    ) -> (network: EnvironmentNetwork, channel: Int32)? {
        var (own, theirs): (Int32, Int32) = (-1, -1)
        guard apus_template_pair(&own, &theirs) == 0 else { return nil }
        return (EnvironmentNetwork(plan: plan, environment: environment, launcher: launcher, channel: own), theirs)
    }

    /// The sockets that were made inside, once the environment has been started; nil where they are not what was asked for.
    /// They are the caller's.
    func takeSockets() -> [(purpose: OwnNetwork.Purpose, descriptor: Int32)]? {
        let purposes = self.plan.listeners.compactMap(\.purpose)
        var descriptors = [Int32](repeating: -1, count: Int(APUS_LISTENERS_MAXIMUM))
        let count = Int(apus_take_descriptors(self.channel, &descriptors, descriptors.count))
        Glibc.close(self.channel)
        self.channel = -1
        guard count == purposes.count else {
            for descriptor in descriptors where descriptor >= 0 { Glibc.close(descriptor) }
            return nil
        }
        return Array(zip(purposes, descriptors).map { (purpose: $0, descriptor: $1) })
    }

    /// Connects to a listener of the environment's on its loopback interface. `done` gets the socket, which it owns then, or nil.
    func connect(port: Int, _ done: @escaping (Int32?) -> Void) {
        var (own, theirs): (Int32, Int32) = (-1, -1)
        guard !self.isClosed, apus_template_pair(&own, &theirs) == 0 else { return done(nil) }
        self.lastNumber &+= 1
        self.awaited[self.lastNumber] = (own, done)
        self.launcher.send(
            LaunchCommand.connect(port: port, number: self.lastNumber, environment: self.environment), output: theirs)
    }

    /// The launcher has told of a connection.
    func connected(_ number: UInt32) {
        guard let (channel, done) = self.awaited.removeValue(forKey: number) else { return }
        var descriptor: Int32 = -1
        let count = apus_take_descriptors(channel, &descriptor, 1)
        Glibc.close(channel)
        done(count == 1 ? descriptor : nil)
    }

    /// Runs `action` when the environment has gone, or now, if it has.
    func onClose(_ action: @escaping () -> Void) {
        if self.isClosed { action() } else { self.whenClosed.append(action) }
    }

    func close() {
        guard !self.isClosed else { return }
        self.isClosed = true
        for action in self.whenClosed { action() }
        self.whenClosed.removeAll()
        let awaited = self.awaited.values
        self.awaited.removeAll()
        for (channel, done) in awaited {
            Glibc.close(channel)
            done(nil)
        }
    }
}
