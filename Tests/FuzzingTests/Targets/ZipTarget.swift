import ApusBase

@testable import ApusLambda

/// Packages: nothing unpacks to more than its bounds, and no path leads out of the folder, as the kernel reads paths.
enum ZipTarget {
    private static let maximumBytes = 1 << 20
    private static let maximumEntries = 64

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let archive = try? ZipArchive(bytes, maximumBytes: Self.maximumBytes, maximumEntries: Self.maximumEntries)
        else { return }
        try FuzzFailure.unless(archive.entries.count <= Self.maximumEntries, "\(archive.entries.count) entries")
        var total = 0
        for entry in archive.entries {
            try Self.checkPath(Array(entry.path.utf8))
            total += entry.size
            guard !entry.isDirectory, let content = try? archive.content(of: entry) else { continue }
            try FuzzFailure.unless(content.count == entry.size, "\(entry.path) has another size")
        }
        try FuzzFailure.unless(total <= Self.maximumBytes, "\(total) bytes unpacked")
    }

    /// By bytes, since a slash with an accent is one character for String and still a slash for the kernel.
    private static func checkPath(_ path: [UInt8]) throws(FuzzFailure) {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for part in parts {
            try FuzzFailure.unless(!part.isEmpty, "an empty part in \(path)")
            try FuzzFailure.unless(
                !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8), "a path that climbs: \(path)")
            try FuzzFailure.unless(!part.contains(0), "a zero byte in \(path)")
        }
    }
}
