/// The page docs/configuration.md, made from the settings so that it cannot lag behind them.
package enum ConfigurationReference {
    /// The whole page; `apus settings` prints it. A test compares it with the file.
    package static var markdown: String {
        let defaults = Configuration()
        var lines = Self.head
        for setting in Setting.all {
            let value = setting.value(in: defaults)
            let shown = value.isEmpty ? "" : "`\(value)`"
            lines.append(
                "| `\(setting.key)` | `\(setting.variable)`\(setting.flag.map { ", `\($0)`" } ?? "") | \(shown) "
                    + "| \(setting.meaning) Permitted: \(setting.permitted). |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let head = [
        "# Settings",
        "",
        "<!-- Made by `apus settings`. Change Sources/ApusServer/Configuration/Setting+All.swift instead. -->",
        "",
        "Four sources, each overriding the one before: the defaults, a file (`--config FILE`, or named by `APUS_CONFIG`),",
        "variables, flags. A setting without a flag of its own is given as `--set KEY=VALUE`. A list is a TOML array in a",
        "file and is separated by commas elsewhere. An unknown name stops the server and names the nearest one. `apus dev` also reads",
        "variables that configure LocalStack, below those of its own ([which, and how](localstack.md)).",
        "",
        "The file is TOML (tables, text in quotes, whole numbers, `true` and `false`, arrays of texts, comments):",
        "",
        "```toml",
        "port = 4566",
        "data_directory = \"/var/lib/apus\"",
        "",
        "[functions]",
        "keep_alive_seconds = 60",
        "```",
        "",
        "| setting | variable, flag | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
}
