internal import ApusBase

/// A folder as a function: what `apus dev --function` makes of it.
package struct FolderFunction: Sendable, Equatable {
    /// The full path.
    package var path: String
    /// Of the function: the folder's own, with what function names cannot have replaced.
    package var name: String
    package var runtime: Runtime
    package var handler: String

    package enum Runtime: Sendable, Equatable {
        case python
        case node
        case provided

        /// What AWS calls them, the newest first.
        var identifiers: [String] {
            switch self {
            case .python: ["python3.13", "python3.12", "python3.11", "python3.10"]
            case .node: ["nodejs22.x", "nodejs20.x", "nodejs18.x"]
            case .provided: ["provided.al2023"]
            }
        }
    }

    /// Files in which a handler is looked for, in this order, and the names that it may have.
    private static let python = ["lambda_function", "app", "main", "handler", "index"]
    private static let node = ["index", "app", "handler", "main"]
    private static let handlers = ["lambda_handler", "handler", "lambdaHandler"]

    /// Looks at a folder. Errors: a sentence for whoever named it.
    package init(_ path: String) throws(ServerFailure) {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        guard path.hasPrefix("/"), let names = try? Files.names(in: path) else {
            throw ServerFailure(.configuration, "--function names \(path), which is no folder that can be read.")
        }
        let own = path.split(separator: "/").last.map(String.init) ?? "function"
        let name = own.utf8.map { byte in Self.isPermitted(byte) ? Character(Unicode.Scalar(byte)) : "-" }
        self.name = String(String(name).prefix(64))
        if names.contains("bootstrap") {
            self.runtime = .provided
            self.handler = "bootstrap"
            return
        }
        for (runtime, modules, endings) in [
            (Runtime.python, Self.python, [".py"]), (.node, Self.node, [".mjs", ".js", ".cjs"]),
        ] {
            for file in modules.flatMap({ module in endings.map { (module, module + $0) } })
            where names.contains(file.1) {
                guard let handler = Self.handler(in: "\(path)/\(file.1)", runtime) else { continue }
                self.runtime = runtime
                self.handler = "\(file.0).\(handler)"
                return
            }
        }
        throw ServerFailure(
            .configuration,
            "--function names \(path), which has neither a bootstrap nor a handler: lambda_handler or handler in "
                + "lambda_function.py, app.py, main.py, handler.py, index.py, index.js, app.js, handler.js or main.js.")
    }

    private static func isPermitted(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func handler(in file: String, _ runtime: Runtime) -> String? {
        guard let bytes = try? Files.readAll(file) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        return self.handlers.first { name in
            lines.contains { line in self.defines(name, line, runtime) }
        }
    }

    /// Whether a line makes a function of that name, or exports one.
    private static func defines(_ name: String, _ line: Substring, _ runtime: Runtime) -> Bool {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard let place = words.firstIndex(of: name[...]) else { return false }
        switch runtime {
        case .python: return place > 0 && words[place - 1] == "def" && !(line.first?.isWhitespace ?? true)
        case .node: return words[..<place].contains { $0 == "exports" || $0 == "export" }
        case .provided: return false
        }
    }
}
