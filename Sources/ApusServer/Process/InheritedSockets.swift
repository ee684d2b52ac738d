internal import ApusHTTP
internal import Glibc

/// Listening sockets that the process was started with, from systemd or from the program that ran in it before: the protocol
/// of sd_listen_fds(3).
package struct InheritedSockets: Sendable, Equatable {
    /// Who keeps the port open when this process does not listen.
    package enum Keeper: Sendable { case nobody, serviceManager }
    /// What was in the process before.
    package enum Predecessor: Sendable { case none, server }

    package var descriptors: [Int32] = []
    package var keeper = Keeper.nobody
    package var predecessor = Predecessor.none

    package static let none = InheritedSockets()

    /// How a server that makes room names the sockets, so that the next one knows what it would else forget.
    static func upgradeName(_ keeper: Keeper) -> String {
        switch keeper {
        case .nobody: "apus-upgrade"
        case .serviceManager: "apus-upgrade-kept"
        }
    }

    /// The first descriptor of the protocol.
    static let first: Int32 = 3
    /// More than this is a mistake.
    private static let most = 16
    static let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]

    /// What the variables name for this process: nothing where they name nothing, or another process.
    ///
    /// Errors: `configuration` where a number is none, or a descriptor is no stream socket that listens.
    package static func read(
        _ variables: [String: String], process: Int32
    ) throws(ServerFailure) -> InheritedSockets {
        guard let count = variables["LISTEN_FDS"], variables["LISTEN_PID"] == String(process) else { return .none }
        guard let number = Int(count), (0...Self.most).contains(number) else {
            throw ServerFailure(
                .configuration, "LISTEN_FDS is \"\(count)\"; up to \(Self.most) sockets can be handed over.")
        }
        let descriptors = (0..<Int32(number)).map { Self.first + $0 }
        for descriptor in descriptors {
            if let problem = ListeningSocket.problem(with: descriptor) {
                throw ServerFailure(
                    .configuration, "The descriptor \(descriptor), which was handed over to listen on, \(problem).")
            }
        }
        guard !descriptors.isEmpty else { return .none }
        switch variables["LISTEN_FDNAMES"]?.split(separator: ":").first.map(String.init) {
        case Self.upgradeName(.nobody):
            return InheritedSockets(descriptors: descriptors, keeper: .nobody, predecessor: .server)
        case Self.upgradeName(.serviceManager):
            return InheritedSockets(descriptors: descriptors, keeper: .serviceManager, predecessor: .server)
        default:
            return InheritedSockets(descriptors: descriptors, keeper: .serviceManager, predecessor: .none)
        }
    }

    /// As `read`; the variables are forgotten and the sockets kept from children, so that functions see neither.
    /// Call it once, before other threads exist.
    package static func take() throws(ServerFailure) -> InheritedSockets {
        let sockets = try Self.read(ProcessEnvironment.variables, process: getpid())
        for descriptor in sockets.descriptors { ListeningSocket.keepFromChildren(descriptor) }
        for name in Self.variables { unsetenv(name) }
        return sockets
    }
}
