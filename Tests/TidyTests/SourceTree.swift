import Foundation

/// The files of the repository as the tidy tests see them.
enum SourceTree {
    struct File {
        /// From the root of the repository.
        var path: String
        var text: String
        var lines: [Substring] { self.text.split(separator: "\n", omittingEmptySubsequences: false) }
        var name: String { String(self.path.split(separator: "/").last ?? "") }
        /// `ApusSQS` of `Sources/ApusSQS/SQS.swift`.
        var target: String { String(self.path.split(separator: "/").dropFirst().first ?? "") }
        /// Written by a program: exempt from lengths.
        var isGenerated: Bool { self.name.contains("+Generated") || self.path.contains("/API/") }
    }

    static let root: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let swift: [File] = Self.files(under: ["Sources", "Tests", "Benchmarks", "Examples"], ext: "swift")
    static let markdown: [File] =
        Self.files(under: ["Sources", "Tests", "docs", "Examples", "Benchmarks"], ext: "md")
        + ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].compactMap { Self.file($0) }

    static func file(_ path: String) -> File? {
        guard let text = try? String(contentsOfFile: Self.root + "/" + path, encoding: .utf8) else { return nil }
        return File(path: path, text: text)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: Self.root + "/" + path) }

    static func folders(in path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Self.root + "/" + path)) ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(Self.root)/\(path)/\(name)", isDirectory: &isFolder)
                && isFolder.boolValue
        }.sorted()
    }

    private static func files(under folders: [String], ext: String) -> [File] {
        var found: [File] = []
        for folder in folders {
            guard let paths = FileManager.default.enumerator(atPath: Self.root + "/" + folder) else { continue }
            for case let path as String in paths
            where path.hasSuffix("." + ext) && !path.split(separator: "/").contains(where: { $0.hasPrefix(".build") }) {
                if let file = Self.file(folder + "/" + path) { found.append(file) }
            }
        }
        return found.sorted { $0.path < $1.path }
    }
}
