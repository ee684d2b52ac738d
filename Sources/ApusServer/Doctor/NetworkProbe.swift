internal import Glibc

/// Tries the address that a server would listen on, and the names that clients use.
enum NetworkProbe {
    static func facts(_ configuration: Configuration, server: MachineFacts.Server?) -> MachineFacts.Network {
        var network = MachineFacts.Network()
        // Where a server of this directory runs, the port is its own.
        if server == nil, configuration.port != 0 {
            network.listenProblem = Self.listenProblem(configuration.host, configuration.port)
        }
        network.localhost = Self.addresses(of: "localhost").map(\.text)
        network.resolvesBelowLocalhost = !Self.addresses(of: "x.lambda-url.us-east-1.localhost").isEmpty
        return network
    }

    private struct Address {
        var text: String
        var family: Int32
        var bytes: [UInt8]
    }

    /// Binds and lets go.
    private static func listenProblem(_ host: String, _ port: Int) -> String? {
        guard let address = Self.addresses(of: host, port: port).first else {
            return "\(host) is no address of this machine."
        }
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return "No socket can be made: \(String(cString: strerror(errno)))." }
        defer { close(descriptor) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        let result = address.bytes.withUnsafeBytes { bytes in
            bind(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        // A socket that was bound and does not listen yet shares the port with this one; listening tells.
        if result == 0, listen(descriptor, 1) == 0 { return nil }
        return "\(host):\(port) cannot be listened on: \(String(cString: strerror(errno)))."
    }

    private static func addresses(of host: String, port: Int = 0) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var found: [Address] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ai_next
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = entry.pointee.ai_addrlen
            guard getnameinfo(entry.pointee.ai_addr, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
            else {
                continue
            }
            let bytes = UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(length))
            let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            found.append(Address(text: text, family: entry.pointee.ai_family, bytes: Array(bytes)))
        }
        return found
    }
}
