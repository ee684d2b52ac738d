/// Tells addresses and names that only this machine can reach.
package enum Loopback {
    /// Whether `host` (without port; IPv6 with or without brackets) is a loopback address, `localhost` or below it.
    package static func contains(_ host: String) -> Bool {
        var name = host.lowercased()[...]
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        if name == "::1" || name == "localhost" || name.hasSuffix(".localhost") { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
