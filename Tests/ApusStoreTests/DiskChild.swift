import ApusBase
import Glibc
import Testing

/// What a test's child process finds. Issues recorded in a child reach the parent without their text, so it writes them
/// to a file; a child that died writes none.
final class DiskChild {
    private let path: String
    private var findings: [String] = []

    private init(_ path: String) { self.path = path }

    func expect(_ isSo: Bool, _ text: @autoclosure () -> String, line: Int = #line) {
        if !isSo, self.findings.count < 20 { self.findings.append("line \(line): \(text())") }
    }

    /// In the child: runs `body` and writes down what it finds.
    static func report(to path: String, _ body: (DiskChild) throws -> Void) {
        let child = DiskChild(path)
        do { try body(child) } catch { child.findings.append("threw \(error)") }
        let text = child.findings.isEmpty ? "sound" : child.findings.joined(separator: "\n")
        try? Files.replace(path, with: Array(text.utf8))
    }

    /// In the parent: what the child wrote.
    static func findings(_ path: String) -> String {
        (try? Files.readAll(path)).map { String(decoding: $0, as: UTF8.self) } ?? "died"
    }
}
