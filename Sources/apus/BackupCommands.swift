import ApusServer
import ArgumentParser

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Back up a data directory, also that of a running server, or check a backup.",
        discussion: """
            Everything that was acknowledged before the command is in the backup. It holds the key that opens every secret: \
            keep it as closed as the data directory.
            """)

    @Argument(help: ArgumentHelp("The folder for the backup: a new or an empty one.", valueName: "dir"))
    var folder: String

    @Flag(help: "Take no backup: check that the one in the folder is whole.")
    var verify = false

    @Option(
        help: ArgumentHelp(
            "An earlier backup on the same file system: files that did not change become links to it.",
            valueName: "dir"))
    var base: String?

    @OptionGroup var options: SettingOptions

    func validate() throws {
        if self.verify, self.base != nil { throw ValidationError("--verify checks one backup and takes no --base.") }
    }

    func run() throws {
        do throws(ServerFailure) {
            if self.verify {
                let summary = try Backup.verify(self.folder)
                return Output.line("The backup in \(self.folder) is whole: \(summary).")
            }
        } catch {
            throw Failure.show(error.description, code: error.kind.rawValue)
        }
        let configuration = try self.options.load().configuration
        do throws(ServerFailure) {
            let report = try Backup.take(of: configuration, to: self.folder, base: self.base)
            let origin = report.ofRunningServer ? "the running server" : "the stopped server's data"
            Output.line(
                "Backed up \(origin) to \(self.folder): \(report.summary); \(report.linked) of the files "
                    + "are links.")
        } catch {
            throw Failure.show(error.description, code: error.kind.rawValue)
        }
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data directory of a backup.",
        discussion: "Everything is checked before the directory is there. It must not exist yet, or be empty.")

    @Argument(help: ArgumentHelp("The folder of the backup.", valueName: "dir"))
    var folder: String

    @OptionGroup var options: SettingOptions

    func run() throws {
        let configuration = try self.options.load().configuration
        do throws(ServerFailure) {
            let summary = try Backup.restore(self.folder, to: configuration.dataDirectory)
            Output.line("Restored \(configuration.dataDirectory) from \(self.folder): \(summary).")
        } catch {
            throw Failure.show(error.description, code: error.kind.rawValue)
        }
    }
}
