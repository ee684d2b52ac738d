import ApusBase
import Glibc
import Testing

@testable import ApusServer

@Suite struct ServiceNotifierTests {
    @Test func `messages are those of sd_notify`() {
        let pairs: [(ServiceNotifier.Message, String)] = [
            (.ready(status: "Serving"), "READY=1\nSTATUS=Serving"),
            (.reloading(monotonicMicroseconds: 12_345), "RELOADING=1\nMONOTONIC_USEC=12345"),
            (.stopping, "STOPPING=1"), (.watchdog, "WATCHDOG=1"),
            (.extendTimeout(seconds: 90), "EXTEND_TIMEOUT_USEC=90000000"),
        ]
        for (message, text) in pairs { #expect(message.text == text) }
    }

    @Test(arguments: ["/tmp/apus-notify-\(getpid())", "@apus-notify-\(getpid())"])
    func `a message is one datagram to a socket of the file system or of the abstract name space`(_ path: String) throws
    {
        let manager = try #require(Manager(path))
        ServiceNotifier(variables: ["NOTIFY_SOCKET": path], process: 1).send(.stopping)
        #expect(manager.receive() == "STOPPING=1")
    }

    @Test(arguments: ["", "relative", "/tmp/apus-nobody-listens", "/" + String(repeating: "x", count: 200)])
    func `what cannot be sent is lost in silence`(_ path: String) {
        ServiceNotifier(variables: ["NOTIFY_SOCKET": path], process: 1).send(.stopping)
    }

    @Test(arguments: [
        ("30000000", "7", 15_000_000), ("30000000", nil, 15_000_000), ("30000000", "8", nil), ("x", "7", nil),
        (nil, nil, nil),
    ])
    func `the watchdog is fed twice as often as it wants, where it is meant for this process`(
        _ microseconds: String?, _ process: String?, _ expected: Int?
    ) {
        var variables = ["NOTIFY_SOCKET": "/run/systemd/notify"]
        variables["WATCHDOG_USEC"] = microseconds
        variables["WATCHDOG_PID"] = process
        #expect(ServiceNotifier(variables: variables, process: 7).watchdogMicroseconds == expected)
    }
}

/// The socket of a service manager.
private final class Manager {
    private let descriptor: Int32
    private let path: String

    init?(_ path: String) {
        self.path = path
        self.descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        if name[0] == 0x40 { name[0] = 0 } else { unlink(path) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count + (name[0] == 0 ? 0 : 1))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(self.descriptor, $0, length) }
        }
        if result != 0 { return nil }
    }

    deinit {
        close(self.descriptor)
        unlink(self.path)
    }

    func receive() -> String {
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = recv(self.descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
