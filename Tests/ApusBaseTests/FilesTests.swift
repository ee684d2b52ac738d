import ApusBase
import Testing

/// Each test works in a directory of its own, which goes with the suite's instance.
@Suite final class FilesTests {
    let directory = "/tmp/apus-files-tests-" + SystemEntropy().uuid()

    init() throws { try Files.createDirectory(directory) }

    deinit { try? Files.removeTree(directory) }

    @Test func `what is written reads back`() throws {
        let file = try ByteFile(directory + "/a", .create)
        try file.append([1, 2])
        try file.append([3])
        try file.write([9, 9], at: 5)
        try file.synchronizeData()
        try file.synchronize()
        #expect(try file.size() == 7)
        #expect(try file.readAll() == [1, 2, 3, 0, 0, 9, 9])
        #expect(try file.read(at: 2, count: 100) == [3, 0, 0, 9, 9])
        #expect(try file.read(at: 7, count: 1) == [])
        try file.truncate(to: 1)
        #expect(try Files.readAll(directory + "/a") == [1])
    }

    @Test func `creating a file that exists is an error that says so`() throws {
        _ = try ByteFile(directory + "/a", .create)
        let error = #expect(throws: FileError.self) { _ = try ByteFile(self.directory + "/a", .create) }
        #expect(error?.isExisting == true)
    }

    @Test func `a missing file is an error in words`() throws {
        let error = #expect(throws: FileError.self) { _ = try Files.readAll(self.directory + "/none") }
        #expect(error?.isNotFound == true)
        #expect(error?.description == "cannot open \(directory)/none: No such file or directory")
    }

    @Test func `appending goes to the end of what is there`() throws {
        try Files.replace(directory + "/log", with: [1])
        try ByteFile(directory + "/log", .append).append([2])
        #expect(try Files.readAll(directory + "/log") == [1, 2])
    }

    @Test func `replacing leaves only the new content`() throws {
        try Files.replace(directory + "/a", with: [1, 2, 3])
        try Files.replace(directory + "/a.new", with: [7])
        try Files.replace(directory + "/a", with: [4])
        #expect(try Files.readAll(directory + "/a") == [4])
        #expect(try Files.names(in: directory) == ["a"])
    }

    @Test func `a file of the kernel without a size is read whole`() throws {
        #expect(try !Files.readAll("/proc/self/status").isEmpty)
    }

    @Test func `a locked file cannot be locked again until it is closed`() throws {
        do {
            let first = try ByteFile(directory + "/lock", .readWrite)
            #expect(try first.tryLock())
            let second = try ByteFile(directory + "/lock", .readWrite)
            #expect(try !second.tryLock())
        }
        let third = try ByteFile(directory + "/lock", .readWrite)
        #expect(try third.tryLock())
    }

    @Test func `directories are made with those above them and removed with those below`() throws {
        try Files.createDirectory(directory + "/x/y/z")
        try Files.createDirectory(directory + "/x/y/z")
        try Files.replace(directory + "/x/y/f", with: [1])
        try Files.removeTree(directory + "/x")
        #expect(!Files.exists(directory + "/x"))
        try Files.removeTree(directory + "/x")
    }

    @Test func `a file where a directory should be is an error`() throws {
        try Files.replace(directory + "/f", with: [])
        #expect(throws: FileError.self) { try Files.createDirectory(self.directory + "/f") }
        #expect(throws: FileError.self) { try Files.createDirectory(self.directory + "/f/g") }
    }

    @Test(arguments: [("/a/b", "/a"), ("/a", "/"), ("b", "."), ("a/b/c", "a/b")])
    func `the directory of a path is what stands before its last slash`(path: String, directory: String) {
        #expect(Files.directory(of: path) == directory)
    }
}
