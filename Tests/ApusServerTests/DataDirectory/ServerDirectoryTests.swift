import ApusBase
import ApusStore
import Glibc
import Testing

@testable import ApusServer

@Suite struct ServerDirectoryTests {
    @Test func `the first start makes a directory whose contents only its owner may use, and a key`() throws {
        try self.withFolder { path in
            let directory = try ServerDirectory(path: path + "/data", entropy: SystemEntropy())
            #expect(try self.mode(path + "/data") == 0o711)
            #expect(try self.mode(path + "/data/runtime") == 0o711)
            for part in ["keys", "rocksdb", "blobs"] { #expect(try self.mode("\(path)/data/\(part)") == 0o700) }
            #expect(try self.mode(path + "/data/keys/master.key") == 0o600)
            #expect(try Files.readAll(path + "/data/keys/master.key").count == 32)
            directory.close()
        }
    }

    @Test func `what was sealed before a restart opens after it`() throws {
        try self.withFolder { path in
            let first = try ServerDirectory(path: path, entropy: SystemEntropy())
            let sealed = first.sealing.seal([1, 2, 3], context: [])
            first.close()
            let second = try ServerDirectory(path: path, entropy: SystemEntropy())
            #expect(second.sealing.open(sealed, context: []) == [1, 2, 3])
            second.close()
        }
    }

    @Test func `a second server is refused with the number of the first`() throws {
        try self.withFolder { path in
            let first = try ServerDirectory(path: path, entropy: SystemEntropy())
            let failure = #expect(throws: ServerFailure.self) {
                try ServerDirectory(path: path, entropy: SystemEntropy())
            }
            #expect(failure?.kind == .locked)
            #expect(failure?.description.contains("(process \(getpid()))") == true)
            first.close()
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
        }
    }

    @Test func `a closed directory is free though a child that is being started has the lock's descriptor`() throws {
        try self.withFolder { path in
            let first = try ServerDirectory(path: path, entropy: SystemEntropy())
            // What fork leaves in a child until it runs its program.
            let copy = try #require(self.descriptor(of: path + "/lock").map { dup($0) })
            defer { close(copy) }
            first.close()
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
        }
    }

    @Test func `a folder that others may write to is refused`() throws {
        try self.withFolder { path in
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
            chmod(path, 0o777)
            self.expectRefusal(path, "chmod go-w")
        }
    }

    @Test func `a key that others may read is refused`() throws {
        try self.withFolder { path in
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
            chmod(path + "/keys/master.key", 0o640)
            self.expectRefusal(path, "chmod 600")
        }
    }

    @Test func `a key that was cut is refused`() throws {
        try self.withFolder { path in
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
            try Files.replace(path + "/keys/master.key", with: [1, 2, 3])
            self.expectRefusal(path, "3 bytes")
        }
    }

    @Test func `a store without its key is refused`() throws {
        try self.withFolder { path in
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
            try Files.replace(path + "/rocksdb/CURRENT", with: [1])
            try Files.removeIfExists(path + "/keys/master.key")
            self.expectRefusal(path, "is missing")
            #expect(!Files.exists(path + "/keys/master.key"))
        }
    }

    @Test func `a folder with somebody else's files is refused`() throws {
        try self.withFolder { path in
            try Files.replace(path + "/thesis.txt", with: [1])
            self.expectRefusal(path, "thesis.txt")
            #expect(try Files.names(in: path) == ["thesis.txt"])
        }
    }

    @Test func `a start that was interrupted before the format is finished by the next`() throws {
        try self.withFolder { path in
            try Files.replace(path + "/lock", with: [])
            try Files.createDirectory(path + "/keys")
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
            #expect(Files.exists(path + "/format"))
        }
    }

    @Test func `a newer format is refused`() throws {
        try self.withFolder { path in
            try ServerDirectory(path: path, entropy: SystemEntropy()).close()
            try Files.replace(path + "/format", with: Array("apus store 999\n".utf8))
            self.expectRefusal(path, "newer release")
        }
    }

    @Test func `a file is no data directory`() throws {
        try self.withFolder { path in
            try Files.replace(path + "/file", with: [1])
            self.expectRefusal(path + "/file", "not a directory")
        }
    }

    @Test func `the endpoint is known while a server runs, and not after`() throws {
        try self.withFolder { path in
            #expect(ServerDirectory.announcedEndpoint(in: path) == nil)
            let directory = try ServerDirectory(path: path, entropy: SystemEntropy())
            directory.announce(endpoint: "http://127.0.0.1:1234")
            #expect(ServerDirectory.announcedEndpoint(in: path) == "http://127.0.0.1:1234")
            directory.close()
            #expect(ServerDirectory.announcedEndpoint(in: path) == nil)
        }
    }

    private func expectRefusal(_ path: String, _ part: String) {
        let failure = #expect(throws: ServerFailure.self) { try ServerDirectory(path: path, entropy: SystemEntropy()) }
        #expect(failure?.kind == .data)
        #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
    }

    private func descriptor(of path: String) throws -> Int32? {
        try Files.names(in: "/proc/self/fd").compactMap { Int32($0) }.first { number in
            guard let target = realpath("/proc/self/fd/\(number)", nil) else { return false }
            defer { free(target) }
            return String(cString: target) == path
        }
    }

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o777
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let path = "/tmp/apus-directory-\(getpid())-\(SystemEntropy().nextUInt64())"
        try Files.createDirectory(path)
        defer { try? Files.removeTree(path) }
        try body(path)
    }
}
