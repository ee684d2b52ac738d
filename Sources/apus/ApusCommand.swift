import ApusServer
import ArgumentParser

/// The program. Without a subcommand it shows its help.
@main
struct ApusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract: "A serverless cloud that you own: AWS's APIs in one binary.",
        version: ApusVersion.current,
        subcommands: [
            DevCommand.self, ServeCommand.self, EnvCommand.self, DoctorCommand.self, KeyCommand.self,
            BackupCommand.self, RestoreCommand.self, UpgradeCommand.self, LogLevelCommand.self, SettingsCommand.self,
            VersionCommand.self,
        ])
}
