internal import Glibc

/// What of the outside environments with a network of their own may reach: TCP over IPv4, by place and port.
///
/// Never reached, whatever the rules say, is what only this machine should: its loopback interface, its own addresses, and what is
/// local to its link, where clouds have their metadata services.
package struct Egress: Sendable, Equatable {
    /// The machine's own kind: a place and a port there.
    struct Rule: Sendable, Equatable {
        var network: UInt32
        var mask: UInt32
        var port: UInt16
    }
    let rules: [Rule]
    /// All ports that rules name, in order.
    package let ports: [UInt16]

    /// Environments have a socket for each port.
    package static let maximumPorts = 32

    /// Rules as `443` or `10.1.0.0/16:5432`. nil where one cannot be read, there are none, or too many ports.
    package init?(_ texts: [String]) {
        var rules: [Rule] = []
        for text in texts {
            guard let rule = Self.rule(text) else { return nil }
            rules.append(rule)
        }
        self.rules = rules
        self.ports = Set(rules.map(\.port)).sorted()
        guard !rules.isEmpty, self.ports.count <= Self.maximumPorts else { return nil }
    }

    /// What is wrong with a rule, as the end of a sentence, or nil.
    package static func problem(_ text: String) -> String? {
        guard let rule = Self.rule(text) else {
            return "is neither a port nor a network with a port: 443, 10.1.0.0/16:5432"
        }
        return rule.port == OwnNetwork.runtimePort || rule.port == 53
            ? "names port \(rule.port), which environments need for themselves" : nil
    }

    private static func rule(_ text: String) -> Rule? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let last = parts.last, last.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(last), port > 0
        else { return nil }
        guard parts.count == 2 else { return Rule(network: 0, mask: 0, port: port) }
        let place = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard place.count <= 2, let address = Self.address(String(place[0])) else { return nil }
        var bits = 32
        if place.count == 2 {
            guard place[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let given = Int(place[1]), given <= 32
            else {
                return nil
            }
            bits = given
        }
        let mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
        return Rule(network: address & mask, mask: mask, port: port)
    }

    /// An IPv4 address as a number.
    static func address(_ text: String) -> UInt32? {
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1 ? UInt32(bigEndian: address.s_addr) : nil
    }

    /// `machine`: the addresses of this one.
    func permits(_ address: UInt32, port: UInt16, machine: Set<UInt32>) -> Bool {
        guard !Self.isLocal(address), !machine.contains(address) else { return false }
        return self.rules.contains { $0.port == port && address & $0.mask == $0.network }
    }

    /// This network and loopback; what is local to a link; several at once, and what is reserved.
    private static func isLocal(_ address: UInt32) -> Bool {
        let first = address >> 24
        return first == 0 || first == 127 || address >> 16 == 0xA9FE || first >= 224
    }

    /// The IPv4 addresses of this machine.
    static func machineAddresses() -> Set<UInt32> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: Set<UInt32> = []
        var next = list
        while let entry = next {
            next = entry.pointee.ifa_next
            guard let address = entry.pointee.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET) else {
                continue
            }
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                _ = found.insert(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        }
        return found
    }
}
