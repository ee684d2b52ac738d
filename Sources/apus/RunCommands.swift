import ApusServer
import ArgumentParser
import Glibc

struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Run a server for development: loopback only, with the root key test/test.",
        discussion: "Signatures are verified and policies evaluated as in serve; only the keys differ.")

    @OptionGroup var options: SettingOptions
    @OptionGroup var runOptions: RunOptions

    @Option(
        name: .customLong("function"), parsing: .singleValue,
        help: ArgumentHelp(
            "Make a function of this folder, which takes every change with its next invocation; may be repeated.",
            valueName: "dir"))
    var functions: [String] = []

    func run() async throws {
        let loaded = try self.options.load(.localStack)
        let host = loaded.configuration.host
        guard DevAccess.permits(host, loaded.configuration, .dev) else {
            throw Failure.show(DevAccess.refusal(of: host), code: ServerFailure.Kind.configuration.rawValue)
        }
        try await ServerRun.run(
            loaded, mode: .dev, self.runOptions, functions: self.functions.map(WorkingDirectory.fullPath))
    }
}

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a server for real work; its first start makes a root key and shows it once.")

    @OptionGroup var options: SettingOptions
    @OptionGroup var runOptions: RunOptions

    func run() async throws {
        let loaded = try self.options.load()
        try await ServerRun.run(loaded, mode: .serve, self.runOptions)
    }
}

/// The flags of the commands that run a server.
struct RunOptions: ParsableArguments {
    @Flag(help: "Read the settings, look at the data directory, say what is wrong, and end.")
    var check = false
}

/// What dev and serve have in common.
enum ServerRun {
    static func run(
        _ loaded: LoadedConfiguration, mode: ServerMode, _ options: RunOptions, functions: [String] = []
    ) async throws {
        if options.check {
            if let problem = ServerDirectory.problem(with: loaded.configuration.dataDirectory) {
                throw Failure.show(problem, code: ServerFailure.Kind.data.rawValue)
            }
            return Output.line("the settings are in order")
        }
        let configuration = loaded.configuration
        let variables = ProcessEnvironment.variables
        let replacement = ProgramReplacement(
            arguments: CommandLine.arguments, searchPath: variables["PATH"] ?? "/usr/bin:/bin")
        let requests = ServerRequests()
        var plan = ServerPlan(
            configuration: configuration, mode: mode,
            whenReady: { ready in Output.line(Announcement.text(ready, configuration: configuration, mode: mode)) },
            requests: requests)
        plan.notifier = ServiceNotifier(variables: variables, process: getpid())
        if plan.notifier.isHeard { ServiceGroup.enter() }
        plan.replacement = replacement
        plan.notices = loaded.notices
        plan.functions = functions
        plan.variables = variables
        do throws(ServerFailure) {
            plan.sockets = try InheritedSockets.take()
            // In a terminal, SIGHUP says that it was closed.
            let hangUp: ServerSignals.HangUp = mode == .serve ? .replaces : .ends
            ServerSignals.deliver(to: requests, hangUp: hangUp) { problem in
                Output.error("apus: the program is not replaced: \(problem)")
            }
            switch try await Server.run(plan) {
            case .stopped: return
            case .makesRoom(let sockets):
                let failure = replacement.execute(handingOver: sockets, keeper: plan.sockets.keeper, hangUp: hangUp)
                throw ServerFailure(.software, "The program cannot be replaced: \(failure).")
            }
        } catch {
            throw Failure.show(error.description, code: error.kind.rawValue)
        }
    }
}

/// Paths as the shell's user means them.
enum WorkingDirectory {
    static func fullPath(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        let folder = String(cString: current)
        return path == "." ? folder : "\(folder)/\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)"
    }
}
