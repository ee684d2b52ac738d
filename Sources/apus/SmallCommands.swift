import ApusServer
import ArgumentParser

struct EnvCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print the lines that point a shell's AWS clients at a dev server: eval \"$(apus env)\".")

    @OptionGroup var options: SettingOptions

    func run() throws {
        let configuration = try self.options.load().configuration
        Output.line(ClientEnvironment.dev(configuration).exports)
    }
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { Output.line("apus \(ApusVersion.current)") }
}

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Print every setting with its names, default and meaning, as Markdown.")

    func run() { Output.line(String(ConfigurationReference.markdown.dropLast())) }
}

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Replace keys in the data directory of a stopped server.",
        subcommands: [ResetRoot.self])

    struct ResetRoot: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-root",
            abstract: "Replace the root key of an account, for when it was lost; shows the new one once.",
            discussion: "Whoever may write to the data directory may do this. Stop the server first.")

        @OptionGroup var options: SettingOptions

        func run() async throws {
            let configuration = try self.options.load().configuration
            do throws(ServerFailure) {
                for account in configuration.accounts {
                    let key = try await Server.resetRootKey(account: account, configuration: configuration)
                    Output.line(Announcement.text(key))
                }
            } catch {
                throw Failure.show(error.description, code: error.kind.rawValue)
            }
        }
    }
}

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine can run, and what would mend the rest.")

    @OptionGroup var options: SettingOptions

    func run() throws {
        _ = try self.options.load()
        throw Failure.show("This build has no findings yet.", code: ServerFailure.Kind.software.rawValue)
    }
}
