import ApusServer
import ArgumentParser

struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Run a server for development: loopback only, with the root key test/test.",
        discussion: "Signatures are verified and policies evaluated as in serve; only the keys differ.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let configuration = try self.options.load().configuration
        guard Loopback.contains(configuration.host) else {
            throw Failure.show(
                "dev has keys that everybody knows, so it listens on this machine only; \(configuration.host) is not "
                    + "a loopback address. Leave --host out, or use apus serve.",
                code: ServerFailure.Kind.configuration.rawValue)
        }
        try await ServerRun.run(configuration, mode: .dev)
    }
}

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a server for real work; its first start makes a root key and shows it once.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let configuration = try self.options.load().configuration
        guard configuration.functions.isolation == .process else {
            throw Failure.show(
                "functions run as plain processes so far: each can see the host's files and network as far as its user may. "
                    + "If the code you will run is trusted, say so: --set functions.isolation=process.",
                code: ServerFailure.Kind.configuration.rawValue)
        }
        try await ServerRun.run(configuration, mode: .serve)
    }
}

/// What dev and serve have in common.
enum ServerRun {
    static func run(_ configuration: Configuration, mode: ServerMode) async throws {
        let signals = ShutdownSignals.install()
        let plan = ServerPlan(
            configuration: configuration, mode: mode,
            whenReady: { ready in Output.line(Announcement.text(ready, configuration: configuration, mode: mode)) },
            untilStopped: { await signals.first() })
        do throws(ServerFailure) {
            try await Server.run(plan)
        } catch {
            throw Failure.show(error.description, code: error.kind.rawValue)
        }
    }
}
