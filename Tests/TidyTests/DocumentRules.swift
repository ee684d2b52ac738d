/// What can be checked of Markdown pages by a program.
enum DocumentRules {
    /// The files that links of a line point at, without fragment; links to other sites and within the page are left out.
    static func linkTargets(_ line: Substring) -> [String] {
        var targets: [String] = []
        var rest = line
        while let open = rest.firstRange(of: "](") {
            rest = rest[open.upperBound...]
            guard let close = rest.firstIndex(of: ")") else { break }
            let target = rest[..<close].prefix { $0 != "#" }
            if !target.isEmpty, !target.contains("://"), !target.hasPrefix("mailto:") { targets.append(String(target)) }
            rest = rest[close...]
        }
        return targets
    }

    /// What stands in backticks on a line.
    static func codeSpans(_ line: Substring) -> [Substring] {
        let parts = line.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    /// The commands of a page's `sh` blocks, continued lines joined as they stand, comments left out.
    static func shellCommands(_ page: String) -> [String] {
        var commands: [String] = []
        var isShell = false
        var isContinued = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isShell = ["```sh", "```bash", "```shell"].contains(line)
                continue
            }
            guard isShell, !line.isEmpty, isContinued || !line.hasPrefix("#") else { continue }
            if isContinued { commands[commands.count - 1] += "\n" + line } else { commands.append(String(line)) }
            isContinued = line.hasSuffix("\\")
        }
        return commands
    }

    /// Links of a page that lead to no file.
    static func deadLinks(_ page: SourceTree.File) -> [String] {
        let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
        return page.lines.enumerated().flatMap { index, line in
            self.linkTargets(line).filter { target in
                !SourceTree.exists(target.hasPrefix("/") ? target : folder + "/" + target)
            }.map { "\(page.path):\(index + 1): \($0)" }
        }
    }

    /// The points below a heading on deviations, each with its continuation lines.
    static func deviations(_ page: SourceTree.File) -> [String] {
        var points: [String] = []
        var isListed = false
        for line in page.lines {
            let title = line.lowercased()
            if line.hasPrefix("#") {
                isListed = title.contains("differs from") || title.contains("known deviation")
            } else if isListed, line.hasPrefix("- ") {
                points.append(String(line.dropFirst(2)))
            } else if isListed, line.hasPrefix("  "), !points.isEmpty {
                points[points.count - 1] += " " + line.drop { $0 == " " }
            }
        }
        return points
    }
}
