import ApusBase
import Glibc
import Testing

@testable import ApusServer

@Suite struct InitFolderTests {
    @Test func `scripts of a stage are files by name, then those of the folders, depth first`() throws {
        try self.withFolder { path in
            for name in ["b.sh", "a.py", "sub/z.sh", "sub/deep/a.sh", "other/b.sh"] {
                try self.write(path + "/ready.d/" + name)
            }
            try self.write(path + "/ready.d/notes.txt", mode: 0o644)
            try self.write(path + "/ready.d/.hidden.sh")
            try self.write(path + "/ready.d/program", mode: 0o755)
            try self.write(path + "/start.d/early.sh")
            #expect(
                self.scripts(InitFolder(path: path, trust: .named), path) == [
                    "a.py", "b.sh", "program", "other/b.sh", "sub/z.sh", "sub/deep/a.sh",
                ])
        }
    }

    @Test func `what every user may write to does not run, and is named`() throws {
        try self.withFolder { path in
            try self.write(path + "/ready.d/good.sh")
            try self.write(path + "/ready.d/bad.sh", mode: 0o757)
            var refused: [String] = []
            let folder = InitFolder(path: path, trust: .named)
            #expect(folder.scripts(of: .ready) { refused.append("\($0) \($1)") }.count == 1)
            #expect(refused.count == 1 && refused[0].contains("bad.sh every user may write to it"))
            chmod(path + "/ready.d", 0o777)
            #expect(folder.scripts(of: .ready) { refused.append("\($0) \($1)") }.isEmpty)
        }
    }

    @Test func `a folder that was only found runs where nobody but root can have made it`() throws {
        try self.withFolder { path in
            try self.write(path + "/ready.d/a.sh")
            // Below /tmp, which everybody may write to.
            #expect(self.scripts(InitFolder(path: path, trust: .found), path).isEmpty)
            #expect(InitFolder(path: "/", trust: .found).problem(with: "/usr/bin/env") == nil)
        }
    }

    @Test func `a server for real work runs nothing of another user in its data directory`() throws {
        guard geteuid() == 0 else { return }
        try self.withFolder { path in
            try self.write(path + "/ready.d/mine.sh")
            try self.write(path + "/ready.d/other.sh")
            try #require(chown(path + "/ready.d/other.sh", 12_345, 12_345) == 0)
            #expect(self.scripts(InitFolder(path: path, trust: .own), path) == ["mine.sh"])
            #expect(self.scripts(InitFolder(path: path, trust: .named), path) == ["mine.sh", "other.sh"])
        }
    }

    @Test func `links that make a folder endless end`() throws {
        try self.withFolder { path in
            try self.write(path + "/ready.d/a.sh")
            for number in 0..<12 { try #require(symlink(".", path + "/ready.d/again\(number)") == 0) }
            #expect(self.scripts(InitFolder(path: path, trust: .named), path).count <= InitFolder.mostScripts)
        }
    }

    @Test func `a script runs itself, or as its name says`() throws {
        try self.withFolder { path in
            try self.write(path + "/a.sh", mode: 0o644)
            try self.write(path + "/b.sh", mode: 0o755)
            #expect(InitFolder.command(path + "/a.sh") == ["/bin/sh", path + "/a.sh"])
            #expect(InitFolder.command(path + "/b.sh") == [path + "/b.sh"])
            #expect(InitFolder.command("/x.py") == ["/usr/bin/env", "python3", "/x.py"])
        }
    }

    private func scripts(_ folder: InitFolder, _ path: String) -> [String] {
        folder.scripts(of: .ready) { _, _ in }.map { String($0.dropFirst(path.count + "/ready.d/".count)) }
    }

    private func write(_ path: String, mode: mode_t = 0o755) throws {
        try Files.createDirectory(Files.directory(of: path))
        try Files.replace(path, with: Array("#!/bin/sh\n".utf8))
        chmod(path, mode)
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let path = "/tmp/apus-init-\(getpid())-\(SystemEntropy().nextUInt64())"
        try Files.createDirectory(path)
        defer { try? Files.removeTree(path) }
        try body(path)
    }
}
