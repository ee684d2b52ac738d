internal import CApusSandbox
internal import Glibc

/// A process that is started before there is a function for it, in a slot and a root of its own. It serves one environment and is
/// never given out again. Confined to the runner's event loop.
final class WaitingProcess {
    /// What must be the same for a function to be given the process.
    struct Kind: Hashable, Sendable {
        /// Begins with the program's path; the interpreter's limit of memory is among them.
        var arguments: [String]
        var directory: String
        var memoryMiB: Int
        var ephemeralMiB: Int
        /// An archive of its classes, if the interpreter takes one, which may not have been made yet.
        var archive: String?
        /// It takes longer to be ready than one that is started for its function: it says on its door when it is.
        var tellsWhenReady = false

        /// What is started now. Blocks for one system call.
        var command: [String] {
            var command = self.arguments + ["--wait"]
            if let archive = self.archive, ControlFiles.exists(archive) {
                command.insert("-XX:SharedArchiveFile=\(archive)", at: 1)
            }
            return command
        }

        /// What environments have whatever their function is.
        func variables(isolation: Isolation) -> [String] {
            let root = isolation == .namespaces ? NestPaths.code : self.directory
            return [
                "LANG=en_US.UTF-8", "TZ=:UTC", "PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
                "LD_LIBRARY_PATH=/lib64:/usr/lib64:\(self.directory):\(self.directory)/lib:\(root):\(root)/lib:/opt/lib",
            ]
        }
    }

    /// Its name to the launcher.
    let id: UInt64
    let slot: Int
    let kind: Kind
    let confinement: Confinement
    /// Of what it prints.
    let reader: OutputReader
    /// Its own network, whose sockets nobody serves until it is an environment's.
    let network: EnvironmentNetwork?
    let launchedAt: UInt64
    /// The launcher has told of it.
    var hasStarted = false
    /// It waits no more: it is an environment's.
    var isTaken = false
    /// The environment that it has become.
    weak var environment: Environment?
    private var door: Int32

    init(
        id: UInt64, slot: Int, kind: Kind, confinement: Confinement, reader: OutputReader,
        network: EnvironmentNetwork?, door: Int32, launchedAt: UInt64
    ) {
        self.id = id
        self.slot = slot
        self.kind = kind
        self.confinement = confinement
        self.reader = reader
        self.network = network
        self.launchedAt = launchedAt
        self.door = door
    }

    deinit { self.closeDoor() }

    /// Whether it would take its assignment at once, as far as it tells, or at least sooner than one that is started now.
    func isReady(now: UInt64) -> Bool {
        let soon = UInt64(SandboxLimits.waitingHeadStartMilliseconds) * 1_000_000
        guard self.kind.tellsWhenReady, now &- self.launchedAt < soon else { return true }
        var word: UInt8 = 0
        return recv(self.door, &word, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 1
    }

    /// Makes it the function's. Returns 0 or an errno.
    func assign(variables: [String]) -> Int32 {
        var message: [UInt8] = []
        for variable in variables {
            message.append(contentsOf: variable.utf8)
            message.append(0)
        }
        let failure =
            message.count < Int(APUS_COMMAND_MAXIMUM)
            ? apus_door_send(self.door, message, message.count) : EMSGSIZE
        self.closeDoor()
        return failure
    }

    private func closeDoor() {
        if self.door >= 0 { close(self.door) }
        self.door = -1
    }
}
