internal import NIOCore

/// The peer's address as policies compare it (`aws:SourceIp`).
enum PeerAddress {
    /// Without port; an IPv4 address mapped into IPv6 as IPv4; a Unix socket's peer, which is on this machine, as loopback.
    static func text(_ address: SocketAddress?) -> String {
        guard let text = address?.ipAddress else { return "127.0.0.1" }
        let mapped = "::ffff:"
        return text.hasPrefix(mapped) && text.contains(".") ? String(text.dropFirst(mapped.count)) : text
    }
}
