import ApusBase
import ApusServer
import ArgumentParser

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Replace root keys; explain keys of the store.",
        subcommands: [ResetRoot.self, Explain.self])

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

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Say what a key of the store is, as RocksDB's tools show it: tag, fields, column family.",
            discussion: "Reads no data directory.")

        @Argument(
            help: ArgumentHelp(
                "The key's bytes in hexadecimal; 0x before them and spaces are let pass.", valueName: "hex"))
        var key: String

        @Option(help: ArgumentHelp("The record under the key: says its version and length.", valueName: "hex"))
        var value: String?

        func run() throws {
            do throws(KeyProblem) {
                let explanation = try KeyExplanation(try Self.bytes(self.key))
                Output.line(explanation.text)
                if let value = self.value { Output.line(explanation.text(ofValue: try Self.bytes(value))) }
            } catch {
                throw Failure.show(error.description, code: ServerFailure.Kind.data.rawValue)
            }
        }

        private static func bytes(_ hex: String) throws(KeyProblem) -> [UInt8] {
            var digits = hex.filter { $0 != " " }
            if digits.hasPrefix("0x") || digits.hasPrefix("0X") { digits.removeFirst(2) }
            guard let bytes = Hex.decode(digits) else {
                throw KeyProblem("\(hex) is not hexadecimal, or half of its last byte is missing.")
            }
            return bytes
        }
    }
}
