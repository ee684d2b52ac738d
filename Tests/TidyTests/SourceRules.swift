/// The mechanical rules on one source file. Each gives its findings as `path:line: what`.
enum SourceRules {
    /// The formatter breaks code at 120; this bounds the comments that it leaves alone.
    static let lineLimit = 132
    static let fileLimit = 400
    static let functionLimit = 70

    /// Targets that use no Foundation: the request path and all below it.
    static let withoutFoundation: Set<String> = [
        "ApusBase", "ApusStore", "ApusService", "ApusWire", "ApusHTTP", "ApusSandbox", "ApusIAM", "ApusSTS", "ApusSQS",
        "ApusLogs", "ApusLambda", "ApusServer", "apus", "EventPattern", "LogPattern",
        "DynamoDBItems", "DynamoDBExpressions", "ApusDynamoDB", "ApusAutoScaling",
    ]
    /// Targets to which time, chance and threads are handed down.
    static let services: Set<String> = [
        "ApusService", "ApusIAM", "ApusSTS", "ApusSQS", "ApusLogs", "ApusLambda", "ApusDynamoDB", "ApusAutoScaling",
    ]
    static let bannedInServices = [
        "Date()", "UUID()", ".random(in", ".random()", ".randomElement(", "Task {", "Task.detached", "print(",
    ]

    static func tooLong(_ file: SourceTree.File) -> [String] {
        guard !file.isGenerated else { return [] }
        // Tests hold recorded bytes, and AWS's sentences are looked for as a whole: texts stay on one line.
        let isSource = file.path.hasPrefix("Sources/")
        var findings = self.matches(file) { line in
            guard isSource, line.count > self.lineLimit, !line.contains("\""), !line.contains("\\("),
                !line.hasPrefix("/// |")
            else { return nil }
            return "\(line.count) columns"
        }
        if file.lines.count - 1 > self.fileLimit { findings.append("\(file.path): \(file.lines.count - 1) lines") }
        return findings
    }

    /// Functions are found by their braces' indentation, which the formatter guarantees.
    static func longFunctions(_ file: SourceTree.File) -> [String] {
        guard !file.isGenerated else { return [] }
        var findings: [String] = []
        var open: (line: Int, indentation: Substring)?
        for (index, line) in file.lines.enumerated() {
            if let started = open {
                if line == started.indentation + "}" {
                    let length = index - started.line + 1
                    if length > self.functionLimit {
                        findings.append("\(file.path):\(started.line + 1): \(length) lines")
                    }
                    open = nil
                }
            } else if line.hasSuffix("{"), line.contains("func ") || line.contains("init("), !line.contains("//") {
                open = (index, line.prefix { $0 == " " })
            }
        }
        return findings
    }

    static func bannedImports(_ file: SourceTree.File) -> [String] {
        guard file.path.hasPrefix("Sources/"), self.withoutFoundation.contains(file.target) else { return [] }
        return self.matches(file) { line in
            let words = line.split(separator: " ")
            guard words.contains("import"), words.last?.hasPrefix("Foundation") == true else { return nil }
            return "Foundation costs more than a request may"
        }
    }

    static func bannedCalls(_ file: SourceTree.File) -> [String] {
        guard file.path.hasPrefix("Sources/"), self.services.contains(file.target) else { return [] }
        return self.matches(file) { line in
            let code = self.withoutCommentAndText(line)
            return self.bannedInServices.first { self.contains(code, $0) }.map { "\($0) in a service" }
        }
    }

    static func unexplainedUnsafety(_ file: SourceTree.File) -> [String] {
        guard file.path.hasPrefix("Sources/"), !file.isGenerated else { return [] }
        let lines = file.lines
        return lines.indices.compactMap { index in
            let code = self.withoutCommentAndText(lines[index])
            guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)") else { return nil }
            let around = lines[max(0, index - 8)...min(index + 3, lines.count - 1)]
            return around.contains { $0.contains("SAFETY:") } ? nil : "\(file.path):\(index + 1): lacks // SAFETY:"
        }
    }

    /// Lending out a function that is itself a generic's value wraps it anew each time, and so it gets slower for ever.
    static func lentFunctions(_ file: SourceTree.File) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        return self.matches(file) { line in
            let code = self.withoutCommentAndText(line)
            return code.contains("Mutex<(") && code.contains("->")
                ? "a Mutex of a function: make it a field of a struct" : nil
        }
    }

    /// What a closure on a channel or a timer has not kept may be gone when it is called; reading it ends the process.
    static func unownedCaptures(_ file: SourceTree.File) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        return self.matches(file) { line in
            let code = self.withoutCommentAndText(line)
            return code.contains("[unowned ") || code.contains(", unowned ") ? "a closure captures weakly" : nil
        }
    }

    /// Of what is only `package` the compiler shows no body to other modules, `@inlinable` or not.
    static func unseenBodies(_ file: SourceTree.File) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        var isSeen = true
        return self.matches(file) { line in
            if let (type, isExtension) = self.type(line) {
                isSeen = isExtension ? !self.unseenTypes.contains(type) : line.hasPrefix("@usableFromInline")
            }
            return !isSeen && line.contains("@inlinable") ? "no other module sees this: its type is not @usableFromInline" : nil
        }
    }

    private static let unseenTypes: Set<String> = Set(
        SourceTree.swift.filter { $0.path.hasPrefix("Sources/") }.flatMap(\.lines).compactMap { line in
            line.hasPrefix("package ") ? Self.type(line).flatMap { $0.isExtension ? nil : $0.name } : nil
        })

    /// What a line at the margin declares or extends.
    private static func type(_ line: Substring) -> (name: String, isExtension: Bool)? {
        guard let first = line.first, first.isLetter || first == "@" else { return nil }
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "@" && $0 != "_" }
        guard let kind = words.firstIndex(where: { self.kinds.contains($0) }), kind + 1 < words.count else { return nil }
        return (String(words[kind + 1]), words[kind] == "extension")
    }
    private static let kinds: Set<Substring> = ["extension", "struct", "enum", "class", "protocol"]

    static func leftovers(_ file: SourceTree.File) -> [String] {
        self.matches(file) { line in
            ["TO" + "DO", "FIX" + "ME"].first { self.contains(line, $0) }.map { "\($0) is left over" }
        }
    }

    // MARK: -

    private static func matches(_ file: SourceTree.File, _ check: (Substring) -> String?) -> [String] {
        file.lines.enumerated().compactMap { index, line in check(line).map { "\(file.path):\(index + 1): \($0)" } }
    }

    /// Whether `part` is in `text` and is not the end of a longer name.
    private static func contains(_ text: Substring, _ part: String) -> Bool {
        var rest = text
        while let range = rest.firstRange(of: part) {
            let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
            let isName = before.isLetter || before.isNumber || before == "_" || before == "."
            if part.hasPrefix(".") || !isName { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    private static func withoutCommentAndText(_ line: Substring) -> Substring {
        var code = ""
        var isText = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" { isText.toggle() }
            if !isText, character == "/", previous == "/" { break }
            if !isText { code.append(character) }
            previous = character
        }
        return code[...]
    }
}
