internal import ApusBase
internal import Glibc

/// A folder of init scripts: which files of it run, in which order, and whether they may.
struct InitFolder {
    /// Where scripts for LocalStack are mounted into its container.
    static let localStack = "/etc/localstack/init"
    /// Deeper folders are not looked into, and more scripts not taken.
    private static let mostLevels = 8
    static let mostScripts = 1_000
    /// Links can make a few folders many.
    private static let mostFolders = 1_000

    /// Whose files may run.
    enum Trust {
        /// Named by a setting, or the server is for development: whoever made it meant it.
        case named
        /// In the data directory of a server for real work: run only what the server's own user, or root, has put there. A
        /// server that is root may serve the directory of another user.
        case own
        /// Found, not named: run only where nobody but root can have put it there.
        case found
    }

    var path: String
    var trust: Trust

    /// The folders of a server: `init` in its data directory, the one that the setting names, LocalStack's.
    static func all(_ configuration: Configuration, _ mode: ServerMode) -> [InitFolder] {
        var folders = [InitFolder(path: Self.localStack, trust: mode == .dev ? .named : .found)]
        if DirectoryChecks.problem(with: configuration.dataDirectory) == nil {
            let trust: Trust = mode == .dev ? .named : .own
            folders.append(InitFolder(path: configuration.dataDirectory + "/init", trust: trust))
        }
        let named = configuration.initScripts.directory
        if !named.isEmpty, !folders.contains(where: { $0.path == named && $0.trust == .named }) {
            folders.append(InitFolder(path: named, trust: .named))
        }
        return folders
    }

    /// Why scripts of a file or folder do not run; nil where they may. Whoever may write to them could run code as the
    /// server's user.
    func problem(with path: String) -> String? {
        guard case .found = self.trust else { return self.ownProblem(path) }
        guard let resolved = realpath(path, nil) else { return "it cannot be examined" }
        defer { free(resolved) }
        // Whoever may write to a folder above may put another in its place.
        var current = String(cString: resolved)
        while current != "/" {
            if let problem = self.ownProblem(current) { return problem }
            current = Files.directory(of: current)
        }
        return nil
    }

    private func ownProblem(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return "it cannot be examined" }
        if status.st_mode & 0o002 != 0 { return "every user may write to it; run: chmod o-w \(path)" }
        switch self.trust {
        case .named: return nil
        case .own:
            let isOurs = status.st_uid == geteuid() || status.st_uid == 0
            return isOurs ? nil : "it belongs to another user; name its folder in init.directory to run it"
        case .found: break
        }
        if status.st_uid != 0 { return "it does not belong to root; name its folder in init.directory to run it" }
        if status.st_mode & 0o020 != 0 { return "its group may write to it; run: chmod g-w \(path)" }
        return nil
    }

    /// The scripts of a stage: files in alphabetical order, then the folders' in theirs, depth first. What may not run is
    /// given to `refused` with the reason.
    func scripts(of stage: InitStage, refused: (String, String) -> Void) -> [String] {
        let folder = "\(self.path)/\(stage.folder)"
        guard Files.isDirectory(folder) else { return [] }
        if let problem = self.problem(with: self.path) ?? self.problem(with: folder) {
            refused(folder, problem)
            return []
        }
        var found: [String] = []
        var folders = 0
        self.gather(folder, level: 1, &found, &folders, refused)
        return found
    }

    private func gather(
        _ folder: String, level: Int, _ found: inout [String], _ folders: inout Int, _ refused: (String, String) -> Void
    ) {
        folders += 1
        guard folders <= Self.mostFolders else { return }
        guard let names = try? Files.names(in: folder).sorted() else { return }
        let paths = names.filter { !$0.hasPrefix(".") }.map { "\(folder)/\($0)" }
        for path in paths where !Files.isDirectory(path) && Self.isScript(path) {
            guard found.count < Self.mostScripts else { return refused(folder, "it has too many scripts") }
            if let problem = self.problem(with: path) { refused(path, problem) } else { found.append(path) }
        }
        for path in paths where Files.isDirectory(path) {
            guard level < Self.mostLevels else { return refused(path, "it lies too deep") }
            if let problem = self.problem(with: path) {
                refused(path, problem)
            } else {
                self.gather(path, level: level + 1, &found, &folders, refused)
            }
        }
    }

    /// Executable files, and those whose end says how they are run.
    private static func isScript(_ path: String) -> Bool {
        path.hasSuffix(".sh") || path.hasSuffix(".py") || access(path, X_OK) == 0
    }

    /// What runs a script: itself where it is executable, else what its name says.
    static func command(_ path: String) -> [String] {
        if path.hasSuffix(".py") { return ["/usr/bin/env", "python3", path] }
        return access(path, X_OK) == 0 ? [path] : ["/bin/sh", path]
    }
}
