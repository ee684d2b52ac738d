import ApusBase
import ApusStore
import Glibc
import Testing

@testable import ApusServer

@Suite struct DirectorySchemaTests {
    @Test func `the first start writes every tag and version that this release knows`() throws {
        try self.withDirectory { path in
            let text = try self.text(path)
            #expect(text.hasPrefix("apus \(ApusVersion.current)\n0001 0\n0010 1\n"))
            #expect(text.split(separator: "\n").count == KeyTag.allCases.count + 1)
        }
    }

    @Test func `a directory of a release that wrote no such file opens`() throws {
        try self.withDirectory { path in
            try Files.removeIfExists(path + "/schema")
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
            #expect(Files.exists(path + "/schema"))
        }
    }

    @Test func `a key tag that this release does not know is refused with both versions`() throws {
        try self.withDirectory { path in
            try self.replace(path, "apus 9.8.7\n2010 1\n7fff 1\n")
            let refusal = self.refusal(path)
            #expect(refusal.contains("apus 9.8.7 may hold keys with the tag 7fff, which this release does not know"))
            #expect(refusal.contains("This is apus \(ApusVersion.current): start 9.8.7 or a newer one."))
        }
    }

    @Test func `a record version that this release does not know is refused with both versions`() throws {
        try self.withDirectory { path in
            try self.replace(path, "apus 9.8.7\n2010 200\n")
            let refusal = self.refusal(path)
            #expect(refusal.contains("version 200 under the key tag 2010, of which this release reads up to"))
            #expect(refusal.contains("9.8.7") && refusal.contains("This is apus \(ApusVersion.current)"))
        }
    }

    @Test func `a tag that is only reserved is no reason to refuse, nor an older release`() throws {
        try self.withDirectory { path in
            try self.replace(path, "apus 0.0.1\n0040 0\n2010 1\n")
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
            #expect(try self.text(path).hasPrefix("apus \(ApusVersion.current)\n"))
        }
    }

    @Test(arguments: ["", "nonsense\n", "apus 0.1.0\n2010\n", "apus 0.1.0\nzz 1\n"])
    func `a file that no release wrote is refused`(_ text: String) throws {
        try self.withDirectory { path in
            try self.replace(path, text)
            #expect(self.refusal(path).contains("no release of Apus wrote"))
        }
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Files.readAll(path + "/schema"), as: UTF8.self)
    }

    private func replace(_ path: String, _ text: String) throws {
        try Files.replace(path + "/schema", with: Array(text.utf8))
    }

    private func refusal(_ path: String) -> String {
        let failure = #expect(throws: ServerFailure.self) {
            try ServerDirectory(path: path, entropy: SystemEntropy())
        }
        #expect(failure?.kind == .data)
        return failure?.description ?? ""
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = "/tmp/apus-schema-\(getpid())-\(SystemEntropy().nextUInt64())"
        defer { try? Files.removeTree(path) }
        try ServerDirectory(path: path, entropy: SystemEntropy()).close()
        try body(path)
    }
}
