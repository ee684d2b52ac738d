internal import Glibc

/// Tells the service manager how the server fares: systemd's protocol of sd_notify(3), spoken directly.
///
/// Each message is one datagram to the socket that `NOTIFY_SOCKET` names. Without that variable nothing is sent; what cannot
/// be sent is lost, as the manual asks: a server does not fail because nobody listens.
package struct ServiceNotifier: Sendable {
    package enum Message: Sendable, Equatable {
        /// The port answers requests: again after each `reloading`.
        case ready(status: String)
        /// Another program takes over in this process; the moment is of CLOCK_MONOTONIC.
        case reloading(monotonicMicroseconds: UInt64)
        case stopping
        /// The server is alive.
        case watchdog
        /// The start or the stop under way takes longer: the manager is to wait for so long from now on.
        case extendTimeout(seconds: Int)

        /// As sd_notify(3) writes it.
        package var text: String {
            switch self {
            case .ready(let status): "READY=1\nSTATUS=\(status)"
            case .reloading(let moment): "RELOADING=1\nMONOTONIC_USEC=\(moment)"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            case .extendTimeout(let seconds): "EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000)"
            }
        }
    }

    private static let patienceSeconds = 2

    private let path: String?
    /// How often the manager wants to hear `watchdog` at least; nil where it does not. Half of what it allows.
    package let watchdogMicroseconds: Int?

    /// - Parameter process: a watchdog that is meant for another process (`WATCHDOG_PID`) is none.
    package init(variables: [String: String], process: Int32) {
        // An address is absolute or abstract; anything else is nothing that this protocol knows.
        let path = variables["NOTIFY_SOCKET"]
        self.path = path.flatMap { ($0.hasPrefix("/") || $0.hasPrefix("@")) && $0.utf8.count < 108 ? $0 : nil }
        let isOurs = variables["WATCHDOG_PID"].map { $0 == String(process) } ?? true
        let allowed = variables["WATCHDOG_USEC"].flatMap { Int($0) }
        self.watchdogMicroseconds = isOurs && self.path != nil ? allowed.flatMap { $0 > 1 ? $0 / 2 : nil } : nil
    }

    /// Nobody listens.
    package static let silent = ServiceNotifier(variables: [:], process: 0)

    /// Whether a service manager listens.
    package var isHeard: Bool { self.path != nil }

    package func send(_ message: Message) {
        guard let path = self.path else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // A manager that reads nothing must not stop the server.
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        // The abstract name space, which `@` stands for, begins with a zero byte and its names have no end.
        if name[0] == 0x40 { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let isAbstract = name[0] == 0
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count + (isAbstract ? 0 : 1))
        let bytes = Array(message.text.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
