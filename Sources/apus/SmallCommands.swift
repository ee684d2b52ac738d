import ApusServer
import ArgumentParser

struct EnvCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print the lines that point a shell's AWS clients at a dev server: eval \"$(apus env)\".")

    @OptionGroup var options: SettingOptions

    func run() throws {
        let configuration = try self.options.load(.localStack).configuration
        var environment = ClientEnvironment.dev(configuration)
        // A server that runs on this directory may have been given another port, or have chosen one.
        if self.options.host == nil, self.options.port == nil,
            let endpoint = ServerDirectory.announcedEndpoint(in: configuration.dataDirectory)
        {
            environment.endpoint = endpoint
        }
        Output.line(environment.exports)
    }
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { Output.line("apus \(ApusVersion.current)") }
}

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Print every setting with its names, default and meaning, as Markdown.")

    @Flag(name: .customLong("localstack"), help: "Print what becomes of variables that configure LocalStack instead.")
    var localStack = false

    func run() {
        Output.line(self.localStack ? LocalStackReference.markdown : String(ConfigurationReference.markdown.dropLast()))
    }
}

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine can run, and what would mend the rest.",
        discussion: "The exit code is 0 where all is good, 1 with warnings, 2 with problems.")

    @OptionGroup var options: SettingOptions

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() throws {
        let configuration = try self.options.load().configuration
        let findings = Diagnosis.findings(MachineProbe.facts(configuration), configuration)
        Output.line(self.json ? FindingsText.json(findings) : FindingsText.lines(findings))
        let code = FindingsText.worst(findings).exitCode
        if code != 0 { throw ExitCode(code) }
    }
}
