import ApusBase
import Glibc

/// The bound: the same bytes written over those of an old log, with an fdatasync after each group. No allocation of blocks, no
/// change of the file's size.
enum BareLog {
    /// Writes per second.
    static func run(_ directory: String, group: Int, total: Int) throws -> Double {
        let file = try ByteFile(directory + "/log", .readWrite)
        defer { _ = try? Files.removeIfExists(directory + "/log") }
        let bytes = [UInt8](repeating: 7, count: 330 * group)
        for number in 0..<total / group { try file.write(bytes, at: number * bytes.count) }
        try file.synchronize()
        let start = SystemClock().monotonicNanoseconds
        for number in 0..<total / group {
            try file.write(bytes, at: number * bytes.count)
            try file.synchronizeData()
        }
        return Double(total / group * group) / (Double(SystemClock().monotonicNanoseconds - start) / 1e9)
    }
}
