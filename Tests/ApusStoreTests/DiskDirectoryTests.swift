import ApusBase
import ApusStore
import Glibc
import Testing

@Suite struct DiskDirectoryTests {
    @Test func `a directory is made, for its owner alone, and says its format`() throws {
        let temporary = TemporaryDirectory()
        let path = temporary.path + "/deep/data"
        let directory = try DataDirectory(path: path)
        defer { directory.close() }
        var facts = stat()
        #expect(stat(path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o700)
        #expect(try Files.readAll(path + "/format") == Array("apus store 1\n".utf8))
    }

    @Test func `a second server on the same directory is refused, by name of the first`() throws {
        let temporary = TemporaryDirectory()
        let first = try DataDirectory(path: temporary.path)
        let error = #expect(throws: DiskError.self) { try DataDirectory(path: temporary.path) }
        #expect(
            error?.description
                == "another Apus server (process \(getpid())) uses the data directory \(temporary.path); stop it, or "
                + "choose another directory with --data")
        first.close()
        try DataDirectory(path: temporary.path).close()
    }

    @Test func `a directory of a newer release is refused with a sentence`() throws {
        let temporary = TemporaryDirectory()
        try Files.replace(temporary.path + "/format", with: Array("apus store 2\n".utf8))
        let error = #expect(throws: DiskError.self) { try DataDirectory(path: temporary.path) }
        #expect(
            error?.description
                == "\(temporary.path) was written by a newer release of Apus (store format 2; this release reads up to 1): "
                + "start that release or a newer one")
        // The refusal leaves no lock.
        try Files.replace(temporary.path + "/format", with: Array("apus store 1\n".utf8))
        try DataDirectory(path: temporary.path).close()
    }

    @Test(arguments: ["", "apus store\n", "apus store 0\n", "apus store -1\n", "something else\n"])
    func `a damaged format file is refused`(_ text: String) throws {
        let temporary = TemporaryDirectory()
        try Files.replace(temporary.path + "/format", with: Array(text.utf8))
        let error = #expect(throws: DiskError.self) { try DataDirectory(path: temporary.path) }
        #expect(error?.description.contains("restore the directory from a backup") == true)
    }

    @Test func `a store whose format file is lost is refused`() throws {
        let temporary = TemporaryDirectory()
        try RocksStorage(directory: DataDirectory(path: temporary.path), configuration: .small).close()
        try Files.removeIfExists(temporary.path + "/format")
        let error = #expect(throws: DiskError.self) { try DataDirectory(path: temporary.path) }
        #expect(error?.description.contains("its file \"format\" is missing") == true)
    }

    @Test func `a path that is a file is refused`() throws {
        let temporary = TemporaryDirectory()
        try Files.replace(temporary.path + "/file", with: [])
        let error = #expect(throws: DiskError.self) { try DataDirectory(path: temporary.path + "/file") }
        #expect(error?.description == "cannot create directory \(temporary.path)/file: File exists")
    }
}
