import ApusBase

@testable import ApusServer

/// Settings files: any bytes are read or refused with the line, and what is read has names and lines.
enum TOMLTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        do throws(TOMLError) {
            let entries = try TOMLReader.entries(of: bytes)
            var previous = 0
            for entry in entries {
                guard entry.line > previous, entry.line <= lines else { throw TOMLError(line: -1, reason: "") }
                previous = entry.line
            }
        } catch {
            try FuzzFailure.unless((1...lines).contains(error.line), "line \(error.line) of \(lines): \(error.reason)")
        }
        _ = try? ConfigurationLoader.load(ConfigurationSources(file: .init(path: "apus.toml", bytes: bytes)))
    }
}
