internal import Glibc

/// A blocking HTTP client that sends exactly the bytes it is given, for tests of what well-behaved clients never send.
final class LoopbackClient {
    /// An answer as it came, names of fields in lower case.
    struct Answer {
        var status: Int
        var fields: [(name: String, value: String)]
        var body: [UInt8]

        subscript(name: String) -> String? { self.fields.first { $0.name == name }?.value }
        var text: String { String(decoding: self.body, as: UTF8.self) }
    }
    enum Failure: Error { case closed, late, malformed }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: Int) {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result: Int32 = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0, "cannot connect to port \(port)")
    }

    init(path: String) {
        self.descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result: Int32 = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(result == 0, "cannot connect to \(path)")
    }

    deinit { close(self.descriptor) }

    func send(_ text: String) throws { try self.send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count: Int = bytes.withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.closed }
            sent += count
        }
    }

    /// Ends the connection from this side at once.
    func disconnect() { shutdown(self.descriptor, Int32(SHUT_RDWR)) }

    /// The next answer, interim ones included. `isHead` for the answer to a HEAD request.
    func receive(isHead: Bool = false) throws -> Answer {
        while true {
            if let answer = try self.parse(isHead: isHead) { return answer }
            guard try self.fill() else { throw Failure.closed }
        }
    }

    /// The next `count` bytes as they come, such as those of a body in chunks.
    func receiveText(_ count: Int) throws -> String {
        while self.buffer.count < count { guard try self.fill() else { throw Failure.closed } }
        defer { self.buffer.removeFirst(count) }
        return String(decoding: self.buffer.prefix(count), as: UTF8.self)
    }

    /// Whether the server closes (end-of-file or reset) before it sends anything more.
    func isClosedByServer() throws -> Bool {
        if !self.buffer.isEmpty { return false }
        return try !self.fill()
    }

    /// The next bytes, whatever they are.
    func take(_ count: Int) throws -> [UInt8] {
        while self.buffer.count < count { guard try self.fill() else { throw Failure.closed } }
        defer { self.buffer.removeFirst(count) }
        return Array(self.buffer.prefix(count))
    }

    private func fill() throws -> Bool {
        var poller = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, 20_000) == 1 else { throw Failure.late }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count: Int = recv(self.descriptor, &chunk, chunk.count, 0)
        if count <= 0 { return false }
        self.buffer += chunk[..<count]
        return true
    }

    private func parse(isHead: Bool) throws -> Answer? {
        guard let end = self.buffer.indices.first(where: { self.buffer[$0...].starts(with: Array("\r\n\r\n".utf8)) })
        else {
            return nil
        }
        let lines: [Substring] = String(decoding: self.buffer[..<end], as: UTF8.self).split(separator: "\r\n")
        let words: [Substring] = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { throw Failure.malformed }
        var answer = Answer(status: status, fields: [], body: [])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Failure.malformed }
            let value: Substring = line[line.index(after: colon)...].drop { $0 == " " }
            answer.fields.append((line[..<colon].lowercased(), String(value)))
        }
        let length: Int = isHead || status < 200 ? 0 : Int(answer["content-length"] ?? "0")!
        guard self.buffer.count >= end + 4 + length else { return nil }
        answer.body = Array(self.buffer[(end + 4)..<(end + 4 + length)])
        self.buffer.removeFirst(end + 4 + length)
        return answer
    }
}
