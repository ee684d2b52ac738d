internal import ApusBase

/// The environment the process was started with.
package enum ProcessEnvironment {
    /// Names and values; of a name that is there twice, the first. Names that are not UTF-8 are repaired, not dropped.
    package static var variables: [String: String] {
        guard let bytes = try? Files.readAll("/proc/self/environ") else { return [:] }
        var variables: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            if variables[name] == nil {
                variables[name] = String(decoding: entry[entry.index(after: equals)...], as: UTF8.self)
            }
        }
        return variables
    }
}
