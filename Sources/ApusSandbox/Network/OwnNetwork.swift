/// The network that each environment has to itself: its loopback interface, where it finds the Runtime API and Apus, and nothing
/// else but what `egress` permits.
///
/// Nothing leads out of it: the server serves sockets that were made inside (Sources/CApusSandbox/network.h).
package struct OwnNetwork: Sendable, Equatable {
    /// Lambda's own environments have the Runtime API there too.
    package static let runtimePort: UInt16 = 9001

    /// Where Apus's endpoint is, on the loopback interface.
    package var endpointPort: UInt16
    /// What of the outside is reached; nil: nothing.
    package var egress: Egress?

    package init(endpointPort: UInt16, egress: Egress? = nil) {
        self.endpointPort = endpointPort
        self.egress = egress
    }

    /// The port at which environments find Apus: the server's own, so that what knows it by heart finds it, unless something else
    /// of theirs is there.
    package static func endpointPort(_ server: Int, egress: Egress?) -> UInt16 {
        var taken: Set<Int> = [0, Int(Self.runtimePort), 53]
        for port in egress?.ports ?? [] { taken.insert(Int(port)) }
        if !taken.contains(server), let own = UInt16(exactly: server) { return own }
        return (4566..<4700).first { !taken.contains(Int($0)) } ?? 4566
    }

    /// What a socket is for that was made inside.
    enum Purpose: Equatable, Sendable {
        case runtimeAPI, endpoint
        /// Questions of names, by UDP and by TCP.
        case names, longNames
        /// Connections to other places, which keep the address that was meant.
        case outside
    }

    /// What is to be made, in the order in which the sockets come, as the launcher takes it.
    var listeners: [(purpose: Purpose?, text: String)] {
        var listeners: [(purpose: Purpose?, text: String)] = [
            (.runtimeAPI, "t 127.0.0.1 \(Self.runtimePort)"), (.endpoint, "t 127.0.0.1 \(self.endpointPort)"),
        ]
        if let egress = self.egress {
            listeners += [(.names, "u 127.0.0.1 53"), (.longNames, "t 127.0.0.1 53"), (nil, "a")]
            listeners += egress.ports.map { (.outside, "t 0.0.0.0 \($0)") }
        }
        return listeners
    }
}
