import ApusServer
import ArgumentParser

struct EnvCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print the lines that point a shell's AWS clients at a dev server: eval \"$(apus env)\".")

    @OptionGroup var options: SettingOptions

    func run() throws {
        let configuration = try self.options.load().configuration
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

    func run() { Output.line(String(ConfigurationReference.markdown.dropLast())) }
}

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine can run, and what would mend the rest.")

    @OptionGroup var options: SettingOptions

    func run() throws {
        let configuration = try self.options.load().configuration
        let facts = MachineProbe.facts(dataDirectory: configuration.dataDirectory)
        let findings = Diagnosis.findings(facts, configuration)
        for finding in findings { Output.line(Self.text(finding)) }
        if findings.contains(where: { $0.severity == .problem }) { throw ExitCode.failure }
    }

    private static func text(_ finding: Finding) -> String {
        let mark =
            switch finding.severity {
            case .good: "ok     "
            case .warning: "warning"
            case .problem: "PROBLEM"
            }
        return "\(mark)  \(finding.subject): \(finding.text)" + (finding.remedy.map { "\n         → \($0)" } ?? "")
    }
}
