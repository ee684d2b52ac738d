import ApusBase
import ApusTestSupport
import Testing

@Suite struct FolderWatchTests {
    /// A new folder, given to `body` and removed afterwards.
    private func inFolder(_ body: (String) throws -> Void) throws {
        let path = "/tmp/apus-watch-\(SystemEntropy().uuid())"
        try Files.createDirectory(path)
        defer { try? Files.removeTree(path) }
        try body(path)
    }

    @Test func `a change counts once`() throws {
        try self.inFolder { path in
            try Files.replace(path + "/a", with: [1])
            let watch = try FolderWatch(path)
            #expect(!watch.hasChanged())
            try Files.replace(path + "/a", with: [2])
            #expect(watch.hasChanged())
            #expect(!watch.hasChanged())
            try Files.removeIfExists(path + "/a")
            #expect(watch.hasChanged())
            try Files.createDirectory(path + "/__pycache__")
            try Files.replace(path + "/__pycache__/a.pyc", with: [2])
            #expect(!watch.hasChanged())
        }
    }

    @Test func `folders below count, also those that come later`() throws {
        try self.inFolder { path in
            try Files.createDirectory(path + "/one/two")
            let watch = try FolderWatch(path)
            try Files.replace(path + "/one/two/a", with: [1])
            #expect(watch.hasChanged())
            try Files.createDirectory(path + "/three/four")
            #expect(watch.hasChanged())
            try Files.replace(path + "/three/four/a", with: [1])
            #expect(watch.hasChanged())
            #expect(!watch.hasChanged())
        }
    }

    @Test func `a folder that is made anew is a change`() throws {
        try self.inFolder { path in
            try Files.createDirectory(path + "/built")
            let watch = try FolderWatch(path + "/built")
            try Files.removeTree(path + "/built")
            #expect(!watch.hasChanged())
            try Files.createDirectory(path + "/built")
            #expect(watch.hasChanged())
            try Files.replace(path + "/built/a", with: [1])
            #expect(watch.hasChanged())
            #expect(!watch.hasChanged())
        }
    }

    @Test func `what is no folder cannot be watched`() throws {
        try self.inFolder { path in
            #expect(throws: FileError.self) { try FolderWatch(path + "/none") }
            try Files.replace(path + "/file", with: [1])
            #expect(throws: FileError.self) { try FolderWatch(path + "/file") }
        }
    }
}
