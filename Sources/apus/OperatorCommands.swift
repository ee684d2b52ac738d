import ApusServer
import ArgumentParser

struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Have a running server make room for its program as the file is now, without a refused connection.",
        discussion:
            "The process stays the same; a program that will not start with the server's settings is not started.")

    @OptionGroup var options: SettingOptions

    func run() throws {
        let configuration = try self.options.load().configuration
        do throws(ServerFailure) {
            Output.line("apus is ready at \(try ServerUpgrade.perform(configuration))")
        } catch {
            throw Failure.show(error.description, code: error.kind.rawValue)
        }
    }
}

struct LogLevelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log-level",
        abstract: "Show or change what a running server writes to its log.",
        discussion: """
            apus log-level                    shows the levels
            apus log-level debug              sets the level for all
            apus log-level request warning    sets the level of one category; default has it follow the level for all

            A change holds until the server ends; the setting log.level is for good.
            """)

    @OptionGroup var options: SettingOptions

    @Argument(help: ArgumentHelp("A level, or a category and a level.", valueName: "category] [level"))
    var words: [String] = []

    func validate() throws {
        guard self.words.count <= 2 else { throw ValidationError("Give a level, or a category and a level.") }
    }

    func run() throws {
        let configuration = try self.options.load().configuration
        do throws(ServerFailure) {
            let text = try LogLevelRequest.perform(
                category: self.words.count == 2 ? self.words[0] : nil, level: self.words.last,
                in: configuration.dataDirectory)
            Output.line(text)
        } catch {
            throw Failure.show(error.description, code: error.kind.rawValue)
        }
    }
}
